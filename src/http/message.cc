#include "strata/http/message.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods{{{Method::kGet, "GET"},
                                                                       {Method::kHead, "HEAD"},
                                                                       {Method::kPost, "POST"},
                                                                       {Method::kPut, "PUT"},
                                                                       {Method::kPatch, "PATCH"},
                                                                       {Method::kDelete, "DELETE"},
                                                                       {Method::kOptions, "OPTIONS"}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// RFC 6265 cookie-octet
bool is_cookie_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [known, text] : kMethods) {
    if (known == method) return text;
  }
  return "GET";
}

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [method, known] : kMethods) {
    if (known == text) return method;
  }
  return std::nullopt;
}

const std::string& Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  throw Error(ErrorKind::kInternal, fmt::format("the route has no parameter '{}'", name));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Request::cookie(std::string_view name) const {
  for (std::string_view line : headers.all("Cookie")) {
    while (!line.empty()) {
      const auto end = std::min(line.find(';'), line.size());
      const auto pair = trim(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      auto value = pair.substr(equals + 1);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      return std::string(value);
    }
  }
  return std::nullopt;
}

std::string_view Request::bearer_token() const {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = headers.get("Authorization");
  if (!equal_without_case(value.substr(0, kScheme.size()), kScheme)) return {};
  return trim(value.substr(kScheme.size()));
}

std::string_view Response::text() const {
  const auto* text = std::get_if<std::string>(&body);
  return text == nullptr ? std::string_view{} : *text;
}

Response text_response(int status, std::string text, std::string_view content_type) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", content_type);
  response.body = std::move(text);
  return response;
}

Response empty_response() {
  Response response;
  response.status = 204;
  return response;
}

void set_cookie(Response& response, std::string_view name, std::string_view value, const CookieOptions& options) {
  if (name.empty() || !is_cookie_safe(name) || name.find('=') != std::string_view::npos || !is_cookie_safe(value)) {
    throw Error(ErrorKind::kInternal, fmt::format("the cookie '{}' cannot be sent: it is malformed", name));
  }
  auto text = fmt::format("{}={}; Path={}; SameSite={}", name, value, options.path, options.same_site);
  if (options.max_age_seconds) text += fmt::format("; Max-Age={}", *options.max_age_seconds);
  if (options.secure) text += "; Secure";
  if (options.http_only) text += "; HttpOnly";
  response.headers.add("Set-Cookie", text);
}

std::string attachment(std::string_view file_name) {
  const auto readable = to_readable_utf8(file_name);
  std::string ascii;
  for (const char c : readable) {
    const bool is_plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%' && c != '/';
    ascii.push_back(is_plain ? c : '_');
  }
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", ascii, percent_encode(readable));
}

}  // namespace strata::http
