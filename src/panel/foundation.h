#pragma once

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/crypto/sealer.h"
#include "strata/database/database.h"
#include "strata/panel/nodes/node_gateway.h"

namespace strata::panel {

/// What every sub-room works with. References: made by `app` (or a test), outliving the Panel. All are safe on any
/// thread.
struct Foundation {
  database::Database& database;
  const crypto::Sealer& sealer;
  const Clock& clock;
  Log& log;
  NodeGateway& nodes;
};

}  // namespace strata::panel
