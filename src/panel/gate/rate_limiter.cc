#include "strata/panel/gate/rate_limiter.h"

#include <algorithm>

namespace strata::panel {

// A bucket is one number: when it will be full again. Each hit moves that point by one refill interval; a hit that
// would move it further than the whole window ahead is refused.
RateVerdict RateLimiter::take(const RateRule& rule, std::string_view key) {
  if (!enabled_) return {.limit = rule.hits, .remaining = rule.hits};
  const auto now = clock_.steady_now();
  const auto window = std::chrono::duration_cast<std::chrono::steady_clock::duration>(rule.window);
  const auto interval = window / rule.hits;

  const std::lock_guard lock(mutex_);
  std::string name(rule.name);
  name.append(1, ' ').append(key);
  auto bucket = buckets_.find(name);
  if (bucket == buckets_.end()) {
    if (buckets_.size() >= kMaximumBuckets) drop_full(now);
    if (buckets_.size() >= kMaximumBuckets) return refusal(rule, rule.window);
    bucket = buckets_.emplace(std::move(name), Bucket{now}).first;
  }
  const auto full_at = std::max(bucket->second.full_at, now) + interval;
  const auto ahead = full_at - now;
  if (ahead > window) return refusal(rule, std::chrono::ceil<std::chrono::seconds>(ahead - window));
  bucket->second.full_at = full_at;
  return {.limit = rule.hits, .remaining = (window - ahead) / interval};
}

RateVerdict RateLimiter::refusal(const RateRule& rule, std::chrono::seconds wait) const {
  return {.allowed = false, .limit = rule.hits, .remaining = 0, .retry_after = wait, .retry_at = clock_.now() + wait};
}

void RateLimiter::drop_full(std::chrono::steady_clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full_at <= now; });
}

}  // namespace strata::panel
