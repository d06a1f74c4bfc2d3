#pragma once

#include "strata/database/database.h"

namespace strata::wings {

/// Brings the tables of the node's state (journal and servers) up to date. kRefused when a newer program has used them.
void prepare_node_state(database::Database& database);

}  // namespace strata::wings
