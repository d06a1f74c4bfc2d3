#include "strata/crypto/constant_time_equal.h"

#include <openssl/crypto.h>

#include "strata/base/encoding.h"

namespace strata::crypto {

bool constant_time_equal(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
  return constant_time_equal(as_bytes(left), as_bytes(right));
}

}  // namespace strata::crypto
