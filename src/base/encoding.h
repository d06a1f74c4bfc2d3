#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Bytes of a text, and the text of bytes: names on Linux are bytes, JSON wants text.
inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text);

/// RFC 4648 section 4, padded; the url form is section 5 without padding.
std::string base64(std::span<const std::uint8_t> bytes);
std::string base64url(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> parse_base64(std::string_view text);
std::optional<std::vector<std::uint8_t>> parse_base64url(std::string_view text);

/// Strict UTF-8: no surrogates, no overlong forms.
bool is_utf8(std::string_view text);

/// The number of code points of valid UTF-8.
std::size_t code_points(std::string_view utf8);

/// Every byte that is not part of valid UTF-8 becomes U+FFFD: the readable form of a name, never its identity.
std::string to_readable_utf8(std::string_view bytes);

}  // namespace strata
