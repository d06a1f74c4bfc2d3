#pragma once

#include <string>
#include <string_view>

#include "strata/database/row.h"
#include "strata/wire/locations.h"

/// How a location with its configuration is read from a row, alone or embedded in a node's.
namespace strata::panel {

/// Columns of the table `alias` and of its configuration, which `location_joins` calls `<alias>c`.
std::string location_columns(std::string_view alias, std::string_view prefix);
std::string location_joins(std::string_view alias);
wire::Location read_location(const database::Row& row, std::string_view prefix);

}  // namespace strata::panel
