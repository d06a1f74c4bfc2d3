#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// What went wrong, as far as a caller has to tell cases apart. `http/status.h` is the only place that maps a kind to
/// an HTTP status, `cli/exit_code.h` the only place that maps it to an exit code.
enum class ErrorKind {
  kInvalid,       ///< the input is wrong; the message names the field
  kUnauthorized,  ///< nobody, or credentials that do not hold
  kForbidden,     ///< somebody, without the permission
  kNotFound,      ///< no such thing, or not one of yours
  kConflict,      ///< the state of the thing forbids it now
  kTooLarge,      ///< a limit on size, count or depth
  kRefused,       ///< a business rule says no (maintenance, limits, no configuration)
  kRateLimited,   ///< too often
  kUnavailable,   ///< the other side is not there; trying again may help
  kTimeout,       ///< it took too long
  kCancelled,     ///< somebody asked to stop
  kNoSpace,       ///< the disk or the quota is full
  kCorrupt,       ///< stored bytes are not the bytes that were written
  kIo,            ///< the operating system refused an I/O operation
  kInternal,      ///< a defect of ours
};

std::string_view to_string(ErrorKind kind);

/// The one exception type. The message is a sentence a user can act on; it never contains a secret.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message);

  /// Several faults found at once (validation). `message()` is the first; `all()` has every one.
  Error(ErrorKind kind, std::vector<std::string> messages);

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return messages_.front(); }
  const std::vector<std::string>& all() const { return messages_; }
  const char* what() const noexcept override { return messages_.front().c_str(); }

  /// The same fault with "context: " before each message: where it happened, added on the way up.
  Error with_context(std::string_view context) const;

 private:
  ErrorKind kind_;
  std::vector<std::string> messages_;
};

/// Throws an Error for a failed system call: `what` says what was tried, `error_number` is errno. ENOSPC and EDQUOT
/// become kNoSpace, ENOENT kNotFound, EEXIST kConflict, EMFILE, ENFILE and ENOMEM (this machine has too little of
/// something, the file is not to blame) kUnavailable, everything else kIo.
[[noreturn]] void throw_system_error(int error_number, std::string_view what);

}  // namespace strata
