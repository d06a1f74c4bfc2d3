#pragma once

#include <string>

#include "strata/describe/described.h"

namespace strata::wire {

/// GET /health and GET /ready
struct Health {
  std::string status;  ///< "ok"
  std::string version;
};
STRATA_DESCRIBED(Health);

}  // namespace strata::wire
