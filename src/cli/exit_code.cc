#include "strata/cli/exit_code.h"

namespace strata::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kTooLarge:
      return kUsage;
    case ErrorKind::kUnauthorized:
    case ErrorKind::kForbidden:
      return kNotAllowed;
    case ErrorKind::kNotFound:
      return kNotFound;
    case ErrorKind::kConflict:
    case ErrorKind::kRefused:
    case ErrorKind::kRateLimited:
      return kRefused;
    case ErrorKind::kUnavailable:
    case ErrorKind::kTimeout:
      return kUnreachable;
    case ErrorKind::kCorrupt:
      return kDamaged;
    case ErrorKind::kCancelled:
    case ErrorKind::kNoSpace:
    case ErrorKind::kIo:
    case ErrorKind::kInternal:
      return kFailed;
  }
  return kFailed;
}

}  // namespace strata::cli
