#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// Wall time, UTC, microseconds: what the database stores as int64 and the wire as RFC 3339.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// "2026-08-22T12:07:53.123456Z"; the fraction is left out when it is zero.
std::string rfc3339(Timestamp time);

/// Accepts any offset and up to nine fraction digits (cut to microseconds). nullopt when it is not RFC 3339.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// Time is an argument: tests move it by hand (`clock_fake.h`).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  /// Monotonic; for leases, timeouts and rates.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

/// The machine's clocks. Any thread.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

}  // namespace strata
