#include "strata/base/random.h"

#include <cerrno>

#include <sys/random.h>

#include "strata/base/error.h"

namespace strata {

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw_system_error(errno, "reading random bytes from the kernel");
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

double random_fraction() {
  std::uint64_t bits = 0;
  random_bytes({reinterpret_cast<std::uint8_t*>(&bits), sizeof bits});
  return static_cast<double>(bits >> 11) / 9007199254740992.0;
}

std::string random_alphanumeric(std::size_t length) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    std::uint8_t byte = 0;
    random_bytes({&byte, 1});
    if (byte < 248) text.push_back(kAlphabet[byte % 62]);  // 248 = 4 * 62: no bias
  }
  return text;
}

}  // namespace strata
