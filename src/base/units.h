#pragma once

#include <cstdint>
#include <string>

namespace strata {

/// A number of bytes.
using Bytes = std::uint64_t;

inline namespace units {
constexpr Bytes operator""_KiB(unsigned long long n) {
  return n * 1024;
}
constexpr Bytes operator""_MiB(unsigned long long n) {
  return n * 1024 * 1024;
}
constexpr Bytes operator""_GiB(unsigned long long n) {
  return n * 1024 * 1024 * 1024;
}
}  // namespace units

/// "1.5 GiB", "312 B": for people, never parsed.
std::string human_bytes(Bytes bytes);

/// "3 s", "2 min 5 s", "1 h 12 min": for people.
std::string human_seconds(std::int64_t seconds);

}  // namespace strata
