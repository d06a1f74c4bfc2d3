#include "strata/base/error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace strata {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return "invalid";
    case ErrorKind::kUnauthorized:
      return "unauthorized";
    case ErrorKind::kForbidden:
      return "forbidden";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kTooLarge:
      return "too_large";
    case ErrorKind::kRefused:
      return "refused";
    case ErrorKind::kRateLimited:
      return "rate_limited";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kNoSpace:
      return "no_space";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorKind kind, std::string message) : kind_(kind), messages_{std::move(message)} {}

Error::Error(ErrorKind kind, std::vector<std::string> messages) : kind_(kind), messages_(std::move(messages)) {
  if (messages_.empty()) messages_.emplace_back("unspecified error");
}

Error Error::with_context(std::string_view context) const {
  std::vector<std::string> prefixed;
  prefixed.reserve(messages_.size());
  for (const auto& message : messages_) prefixed.push_back(std::string(context) + ": " + message);
  return Error(kind_, std::move(prefixed));
}

void throw_system_error(int error_number, std::string_view what) {
  ErrorKind kind = ErrorKind::kIo;
  if (error_number == ENOSPC || error_number == EDQUOT) kind = ErrorKind::kNoSpace;
  if (error_number == ENOENT) kind = ErrorKind::kNotFound;
  if (error_number == EEXIST) kind = ErrorKind::kConflict;
  if (error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM) kind = ErrorKind::kUnavailable;
  throw Error(kind, std::string(what) + ": " + std::generic_category().message(error_number));
}

}  // namespace strata
