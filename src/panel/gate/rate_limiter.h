#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "strata/base/time.h"

namespace strata::panel {

/// `hits` at once, refilled evenly over `window`.
struct RateRule {
  std::string_view name;  ///< a literal
  std::int64_t hits;
  std::chrono::seconds window;
};

namespace rate_rules {
inline constexpr RateRule kClient{"client", 360, std::chrono::seconds{30}};              ///< per address
inline constexpr RateRule kRemote{"remote", 720, std::chrono::seconds{30}};              ///< per address
inline constexpr RateRule kLoginAddress{"auth_login", 20, std::chrono::seconds{300}};    ///< per address
inline constexpr RateRule kLoginAccount{"auth_account", 10, std::chrono::seconds{300}};  ///< per user name
inline constexpr RateRule kJoin{"remote_join", 10, std::chrono::seconds{300}};           ///< per address
inline constexpr RateRule kBackupCreate{"client_servers_backups_create", 4, std::chrono::seconds{300}};  ///< per server
}  // namespace rate_rules

/// The answer of a limiter, and what the X-RateLimit headers say.
struct RateVerdict {
  bool allowed = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds retry_after{0};  ///< until the next hit is possible, rounded up
  Timestamp retry_at = {};              ///< the same as a time of day
};

/// Token buckets by rule and key, in the memory of this process. At most kMaximumBuckets are kept; when there are more,
/// the ones that are full again are dropped, and if none is, an unknown key is refused: a flood of addresses must not
/// cost memory. Any thread.
class RateLimiter {
 public:
  static constexpr std::size_t kMaximumBuckets = 100'000;

  /// `enabled` false: everything is allowed (STRATA_RATE_LIMITS=off).
  RateLimiter(const Clock& clock, bool enabled) : clock_(clock), enabled_(enabled) {}

  /// Takes one hit when there is one.
  RateVerdict take(const RateRule& rule, std::string_view key);

 private:
  struct Bucket {
    std::chrono::steady_clock::time_point full_at;  ///< when every hit will be back
  };
  RateVerdict refusal(const RateRule& rule, std::chrono::seconds wait) const;
  void drop_full(std::chrono::steady_clock::time_point now);

  const Clock& clock_;
  const bool enabled_;
  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace strata::panel
