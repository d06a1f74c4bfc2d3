#include "strata/http/range.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace strata::http {
namespace {

/// Digits only; more than fit count as "very far".
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return value;
}

RangeChoice part(std::uint64_t offset, std::uint64_t length) {
  return {RangeChoice::Kind::kPart, offset, length};
}

RangeChoice choose_suffix(std::string_view digits, std::uint64_t size) {
  const auto wanted = parse_position(digits);
  if (!wanted) return {RangeChoice::Kind::kWhole, 0, size};
  if (*wanted == 0) return {RangeChoice::Kind::kUnsatisfiable, 0, 0};
  // No Content-Range can describe a part of nothing.
  if (size == 0) return {RangeChoice::Kind::kWhole, 0, 0};
  const auto length = std::min(*wanted, size);
  return part(size - length, length);
}

}  // namespace

RangeChoice choose_range(std::string_view range, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const RangeChoice whole{RangeChoice::Kind::kWhole, 0, size};
  if (!equal_without_case(range.substr(0, kUnit.size()), kUnit)) return whole;
  range.remove_prefix(kUnit.size());
  const auto dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return whole;
  if (dash == 0) return choose_suffix(range.substr(1), size);

  const auto first = parse_position(range.substr(0, dash));
  const auto last_text = range.substr(dash + 1);
  const auto last = last_text.empty() ? std::numeric_limits<std::uint64_t>::max() : parse_position(last_text);
  if (!first || !last || *last < *first) return whole;
  if (*first >= size) return {RangeChoice::Kind::kUnsatisfiable, 0, 0};
  return part(*first, std::min(*last, size - 1) - *first + 1);
}

RangeChoice apply_range(const Request& request, std::uint64_t size, std::string_view etag, Response& response) {
  response.headers.set("Accept-Ranges", "bytes");
  if (!etag.empty()) response.headers.set("ETag", etag);

  RangeChoice choice{RangeChoice::Kind::kWhole, 0, size};
  const auto condition = request.headers.get("If-Range");
  const bool same = condition.empty() || (condition == etag && !etag.starts_with("W/"));
  if (request.method == Method::kGet && same) choice = choose_range(request.headers.get("Range"), size);

  if (choice.kind == RangeChoice::Kind::kPart) {
    response.status = 206;
    response.headers.set("Content-Range",
                         fmt::format("bytes {}-{}/{}", choice.offset, choice.offset + choice.length - 1, size));
  } else if (choice.kind == RangeChoice::Kind::kUnsatisfiable) {
    response.status = 416;
    response.headers.set("Content-Range", fmt::format("bytes */{}", size));
  }
  return choice;
}

}  // namespace strata::http
