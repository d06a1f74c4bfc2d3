#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/units.h"
#include "strata/http/headers.h"
#include "strata/http/url.h"

namespace strata::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

std::string_view to_string(Method method);
std::optional<Method> parse_method(std::string_view text);

/// One request, complete: the body is in memory, bounded by the route's limit. Made by the server, or by a test.
struct Request {
  Method method = Method::kGet;
  std::string target;  ///< as sent; may contain tokens: never log it
  std::string path;    ///< as sent, without the query
  Query query;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the route's path, decoded
  Headers headers;
  std::string body;
  std::string peer_address;  ///< "192.0.2.7", the other end of the socket
  bool tls = false;
  OperationId operation = OperationId::random();  ///< sent back as X-Request-Id, for finding log lines
  /// Requested when the server gives up waiting for running requests at its stop.
  std::stop_token stop;

  /// A path parameter; Error(kInternal) when the route has none of that name.
  const std::string& parameter(std::string_view name) const;
  /// The first query value of that name.
  std::optional<std::string_view> query_value(std::string_view name) const;
  /// The value of a cookie.
  std::optional<std::string> cookie(std::string_view name) const;
  /// "Bearer <token>"; empty when absent or another scheme.
  std::string_view bearer_token() const;
};

/// Bytes made while they are sent. `read` is called from worker threads, one call at a time, and may block; destroying
/// the source is how a vanished client is noticed, so the destructor must stop what feeds it. An exception breaks the
/// connection, so that the client sees a cut and never a complete short answer.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Fills up to `out.size()` bytes; 0 is the end.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

/// A part of an open file. `descriptor` stays valid as long as `owner` lives. Sent without copying on plain TCP. A file
/// that turns out shorter breaks the connection.
struct FileSlice {
  int descriptor = -1;
  std::shared_ptr<const void> owner;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct Stream {
  std::unique_ptr<BodySource> source;
  /// Known: sent as Content-Length, and a source that ends early breaks the connection. Unknown: chunked.
  std::optional<std::uint64_t> length;
};

using Body = std::variant<std::string, FileSlice, Stream>;

struct Response {
  int status = 200;
  Headers headers;
  Body body;

  /// Text bodies only; empty for the others.
  std::string_view text() const;
};

Response text_response(int status, std::string text, std::string_view content_type = "text/plain; charset=utf-8");
/// 204
Response empty_response();

struct CookieOptions {
  std::string path = "/";
  std::optional<std::int64_t> max_age_seconds;  ///< 0 deletes; absent: until the browser closes
  bool secure = true;
  bool http_only = true;
  std::string_view same_site = "Lax";
};
/// Adds Set-Cookie. Name and value must be cookie-safe (our tokens are); anything else is an Error(kInternal).
void set_cookie(Response& response, std::string_view name, std::string_view value, const CookieOptions& options = {});

/// `attachment` with an ASCII fallback and the UTF-8 name (RFC 6266, 8187): safe for any bytes in `file_name`.
std::string attachment(std::string_view file_name);

}  // namespace strata::http
