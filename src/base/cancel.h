#pragma once

#include <stop_token>

#include "strata/base/error.h"

namespace strata {

/// Called between units of work: a cancelled job ends with kCancelled at the next one.
inline void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(ErrorKind::kCancelled, "cancelled");
}

}  // namespace strata
