#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "strata/base/time.h"

namespace strata::crypto {

/// JSON Web Tokens (RFC 7519) in the one form that Panel and Wings exchange: compact, HS256, header
/// `{"typ":"JWT","alg":"HS256"}`. Keys shorter than 16 bytes are kInternal. Any thread.
inline constexpr std::size_t kMaximumTokenBytes = 8 * 1024;

/// kTooLarge when the token would exceed kMaximumTokenBytes. Times in claims are whole seconds since 1970.
std::string sign_token(const boost::json::object& claims, std::span<const std::uint8_t> key);

/// The claims of a token that holds now; everything else is kUnauthorized with the reason (never the token). Checked,
/// in this order: size, three parts, signature, `alg` exactly "HS256" and no "crit", `exp` present and not past, `nbf`
/// and `iat` (absent or null is accepted) not in the future; each with `leeway` for the difference between two clocks.
/// `scope`, `aud`, `jti` and `unique_id` are the caller's to judge.
boost::json::object verify_token(std::string_view token, std::span<const std::uint8_t> key, Timestamp now,
                                 std::chrono::seconds leeway);

}  // namespace strata::crypto
