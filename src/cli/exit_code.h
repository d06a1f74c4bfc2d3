#pragma once

#include "strata/base/error.h"

namespace strata::cli {

/// The only place that maps an ErrorKind to an exit code; `strata --help` prints the same table.
enum ExitCode : int {
  kSuccess = 0,      ///< done, also with warnings (they are on standard error)
  kFailed = 1,       ///< the operation ran and failed
  kUsage = 2,        ///< wrong arguments, or a value the Panel does not accept
  kNotFound = 3,     ///< no such server, backup, ...
  kNotAllowed = 4,   ///< not signed in, or without the permission
  kRefused = 5,      ///< a rule says no now: maintenance, no configuration, in use, a limit
  kUnreachable = 6,  ///< the Panel or node does not answer
  kDamaged = 7,      ///< stored bytes are not what was written
};

int exit_code(ErrorKind kind);

}  // namespace strata::cli
