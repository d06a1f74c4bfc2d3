#include "strata/http/url.h"

#include "strata/base/encoding.h"

namespace strata::http {
namespace {

constexpr std::size_t kMaxPairs = 1000;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// The next piece up to `separator`, taken off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return piece;
}

std::optional<std::string> decode_form(std::string_view text) {
  std::string spaced(text);
  for (auto& c : spaced) {
    if (c == '+') c = ' ';
  }
  return percent_decode(spaced);
}

/// "http://host/a" to "/a".
std::optional<std::string_view> origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto end = target.find_first_of("/?", scheme.size());
    if (end == scheme.size()) return std::nullopt;
    return end == std::string_view::npos ? std::string_view("/") : target.substr(end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view bytes, std::string_view keep) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(bytes.size());
  for (const char c : bytes) {
    if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4U]);
    encoded.push_back(kDigits[byte & 15U]);
  }
  return encoded;
}

std::optional<Query> parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    auto pair = take_until(text, '&');
    if (pair.empty()) continue;
    if (query.size() == kMaxPairs) return std::nullopt;
    auto key = decode_form(take_until(pair, '='));
    auto value = decode_form(pair);
    if (!key || !value) return std::nullopt;
    query.emplace_back(std::move(*key), std::move(*value));
  }
  return query;
}

std::string format_query(const Query& query) {
  std::string text;
  for (const auto& [key, value] : query) {
    if (!text.empty()) text.push_back('&');
    text += percent_encode(key) + "=" + percent_encode(value);
  }
  return text;
}

std::optional<Target> parse_target(std::string_view target) {
  auto rest = origin_form(target);
  if (!rest) return std::nullopt;
  auto path = take_until(*rest, '?');
  if (path.empty()) path = "/";  // "http://host?query"
  auto query = parse_query(*rest);
  if (!query) return std::nullopt;

  Target parsed{std::string(path), {}, std::move(*query)};
  path.remove_prefix(1);
  bool more = !path.empty();
  while (more) {
    more = path.find('/') != std::string_view::npos;
    auto segment = percent_decode(take_until(path, '/'));
    if (!segment || *segment == "." || *segment == "..") return std::nullopt;
    parsed.segments.push_back(std::move(*segment));
  }
  return parsed;
}

}  // namespace strata::http
