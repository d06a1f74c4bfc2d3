#pragma once

#include <string>
#include <string_view>

#include "strata/database/row.h"
#include "strata/wire/nodes.h"

/// How a node with its location and configurations is read from a row, alone or embedded in a server's.
namespace strata::panel {

/// Columns of the table `alias`, of its configuration (`<alias>c`) and of its location (`<alias>l`), as `node_joins`
/// calls them.
std::string node_columns(std::string_view alias, std::string_view prefix);
std::string node_joins(std::string_view alias);
wire::Node read_node(const database::Row& row, std::string_view prefix);

}  // namespace strata::panel
