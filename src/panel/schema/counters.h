#pragma once

#include <cstdint>
#include <string_view>

#include "strata/database/database.h"

namespace strata::panel {

/// Raises a counter of the `counters` table and returns its new value: unique and rising over all Panels of a database,
/// as long as the transaction commits. kNotFound for a counter that no migration made.
std::uint64_t next_value(database::Connection& connection, std::string_view counter);

/// Fences of operations (spec/reliability 3.11).
inline constexpr std::string_view kFenceCounter = "fence";

}  // namespace strata::panel
