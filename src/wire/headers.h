#pragma once

#include <string_view>

namespace strata::wire {

/// Extension headers on Panel → Wings commands (spec/reliability 3.11). A reference node ignores them.
/// The operation's uuid; the same command sent twice runs once.
inline constexpr std::string_view kIdempotencyKey = "Idempotency-Key";
/// Decimal; rises with every attempt. A node keeps the highest it saw per backup and refuses lower ones with 409.
inline constexpr std::string_view kFenceHeader = "Strata-Fence";
/// The sender's boot id: tells a restart from a delay. On every message in both directions.
inline constexpr std::string_view kBootHeader = "Strata-Boot";

}  // namespace strata::wire
