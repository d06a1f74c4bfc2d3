#include "strata/database/value.h"

#include <limits>
#include <utility>

#include "strata/base/error.h"

namespace strata::database {

Value::Value(std::string value) {
  if (value.find('\0') != std::string::npos) throw Error(ErrorKind::kInvalid, "a text contains a NUL character");
  content_ = std::move(value);
}

Value Value::from_unsigned(std::uint64_t value) {
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    throw Error(ErrorKind::kInvalid, "a number is too large to be stored (more than 9223372036854775807)");
  }
  return Value(static_cast<std::int64_t>(value));
}

}  // namespace strata::database
