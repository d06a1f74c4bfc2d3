#pragma once

#include "strata/base/id.h"
#include "strata/database/database.h"
#include "strata/panel/configurations/resolution.h"

namespace strata::panel {

/// What is assigned to a server, its node and its location, read in one query: decide on it in the same transaction.
/// kNotFound "server not found".
Assignments load_assignments(database::Connection& connection, ServerId server);

}  // namespace strata::panel
