#pragma once

#include <string_view>

/// The text of each step, one `.cc` per step. A released text never changes: a correction is a new step.
namespace strata::panel::steps {

extern const std::string_view kAccounts;
extern const std::string_view kInfrastructure;
extern const std::string_view kBackups;
extern const std::string_view kActivities;

}  // namespace strata::panel::steps
