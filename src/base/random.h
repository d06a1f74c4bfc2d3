#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace strata {

/// Fills from the kernel's generator (getrandom). Any thread.
void random_bytes(std::span<std::uint8_t> out);

/// Uniform in [0, 1); for jitter, never for secrets.
double random_fraction();

/// `length` characters of [A-Za-z0-9], about 5.95 bits each: tokens, one-time passwords, join codes.
std::string random_alphanumeric(std::size_t length);

}  // namespace strata
