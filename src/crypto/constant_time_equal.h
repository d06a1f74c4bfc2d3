#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace strata::crypto {

/// Compares secrets in a time that depends on the length only. Unequal lengths answer false at once: the length of a
/// token or digest is no secret. Any thread.
bool constant_time_equal(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right);
bool constant_time_equal(std::string_view left, std::string_view right);

}  // namespace strata::crypto
