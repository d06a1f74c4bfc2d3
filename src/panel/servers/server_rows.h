#pragma once

#include <string>
#include <string_view>

#include "strata/database/row.h"
#include "strata/panel/servers/server_repository.h"
#include "strata/wire/servers.h"

/// How a server is read from a row.
namespace strata::panel {

std::string server_columns(std::string_view table, std::string_view prefix);
ServerRecord read_server_record(const database::Row& row, std::string_view prefix);

/// The same with node, owner and configuration: the columns of the record are not prefixed.
std::string shown_server_columns(std::string_view alias);
std::string shown_server_joins(std::string_view alias);
wire::Server read_shown_server(const database::Row& row);

}  // namespace strata::panel
