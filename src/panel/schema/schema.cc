#include "strata/panel/schema/schema.h"

#include <vector>

#include "strata/panel/schema/steps.h"

namespace strata::panel {

std::span<const database::Migration> schema_steps() {
  static const std::vector<database::Migration> all = {
      {1, "accounts", steps::kAccounts},
      {2, "infrastructure", steps::kInfrastructure},
      {3, "backups", steps::kBackups},
      {4, "activities", steps::kActivities},
  };
  return all;
}

}  // namespace strata::panel
