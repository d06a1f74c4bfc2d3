#include "strata/crypto/token.h"

#include <cmath>
#include <optional>

#include <boost/json.hpp>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/constant_time_equal.h"
#include "strata/crypto/digest.h"

namespace strata::crypto {
namespace {

constexpr std::size_t kMinimumKeyBytes = 16;
constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"HS256"})";
/// Seconds beyond this (year 9999) are not times.
constexpr double kLatestTime = 253402300799.0;

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorKind::kUnauthorized, "the token is not valid: " + reason);
}

void require_key(std::span<const std::uint8_t> key) {
  if (key.size() < kMinimumKeyBytes) {
    throw Error(ErrorKind::kInternal, "a key for tokens needs at least 16 bytes");
  }
}

boost::json::object parse_part(std::string_view part, const char* name) {
  const auto bytes = parse_base64url(part);
  if (!bytes) refuse(std::string(name) + " is not base64url");
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  const auto text = as_text(*bytes);
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) refuse(std::string(name) + " is not a JSON object");
  return std::move(value.as_object());
}

/// NumericDate of RFC 7519 section 2: seconds, perhaps with a fraction. Null counts as absent: the reference Panel
/// writes `"nbf":null`.
std::optional<double> time_claim(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains({name.data(), name.size()});
  if (value == nullptr || value->is_null()) return std::nullopt;
  double seconds = -1;
  if (const auto* integer = value->if_int64()) {
    seconds = static_cast<double>(*integer);
  } else if (const auto* real = value->if_double()) {
    seconds = *real;
  }
  if (!(seconds >= 0 && seconds <= kLatestTime)) refuse("'" + std::string(name) + "' is not a time");
  return seconds;
}

void check_times(const boost::json::object& claims, Timestamp now, std::chrono::seconds leeway) {
  const double slack = static_cast<double>(leeway.count());
  const double current = std::chrono::duration<double>(now.time_since_epoch()).count();
  const auto expires = time_claim(claims, "exp");
  if (!expires) refuse("it has no expiry");
  if (*expires + slack < current) refuse("it has expired, ask for a new one");
  for (const char* name : {"nbf", "iat"}) {
    const auto from = time_claim(claims, name);
    if (!from || *from - slack <= current) continue;
    refuse("it is from " + std::to_string(std::llround(*from - current)) +
           " seconds in the future, set the clocks of Panel and node right");
  }
}

}  // namespace

std::string sign_token(const boost::json::object& claims, std::span<const std::uint8_t> key) {
  require_key(key);
  std::string token = base64url(as_bytes(kHeader)) + "." + base64url(as_bytes(boost::json::serialize(claims)));
  token += "." + base64url(hmac_sha256(key, token));
  if (token.size() > kMaximumTokenBytes) throw Error(ErrorKind::kTooLarge, "a token is larger than 8 KiB");
  return token;
}

boost::json::object verify_token(std::string_view token, std::span<const std::uint8_t> key, Timestamp now,
                                 std::chrono::seconds leeway) {
  require_key(key);
  if (token.size() > kMaximumTokenBytes) refuse("it is larger than 8 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    refuse("it does not have three parts");
  }
  // The signature comes first: nothing unsigned reaches the JSON parser. The algorithm is ours, not the header's.
  const auto signature = parse_base64url(token.substr(second + 1));
  if (!signature || !constant_time_equal(*signature, hmac_sha256(key, token.substr(0, second)))) {
    refuse("the signature does not match");
  }
  const auto header = parse_part(token.substr(0, first), "the header");
  const auto* algorithm = header.if_contains("alg");
  if (algorithm == nullptr || !algorithm->is_string() || algorithm->as_string() != "HS256") {
    refuse("the algorithm is not HS256");
  }
  if (header.contains("crit")) refuse("it asks for extensions that are not known here");
  auto claims = parse_part(token.substr(first + 1, second - first - 1), "the body");
  check_times(claims, now, leeway);
  return claims;
}

}  // namespace strata::crypto
