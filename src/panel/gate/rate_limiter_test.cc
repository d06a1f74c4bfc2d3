#include "strata/panel/gate/rate_limiter.h"

#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"

namespace strata::panel {
namespace {

constexpr RateRule kFourIn20Seconds{"test", 4, std::chrono::seconds{20}};

TEST(RateLimiter, four_hits_mean_four_hits_and_then_a_wait) {
  FakeClock clock;
  RateLimiter limiter(clock, true);
  for (int left = 3; left >= 0; --left) {
    const auto verdict = limiter.take(kFourIn20Seconds, "key");
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, left);
  }
  const auto refused = limiter.take(kFourIn20Seconds, "key");
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.limit, 4);
  EXPECT_EQ(refused.retry_after, std::chrono::seconds(5));
  EXPECT_EQ(refused.retry_at, clock.now() + std::chrono::seconds(5));
}

TEST(RateLimiter, hits_come_back_evenly_and_a_refused_one_costs_nothing) {
  FakeClock clock;
  RateLimiter limiter(clock, true);
  for (int i = 0; i < 4; ++i) limiter.take(kFourIn20Seconds, "key");
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limiter.take(kFourIn20Seconds, "key").allowed);
  clock.advance(std::chrono::seconds(5));
  EXPECT_TRUE(limiter.take(kFourIn20Seconds, "key").allowed);
  EXPECT_FALSE(limiter.take(kFourIn20Seconds, "key").allowed);
  clock.advance(std::chrono::hours(1));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(limiter.take(kFourIn20Seconds, "key").allowed);
  EXPECT_FALSE(limiter.take(kFourIn20Seconds, "key").allowed);
}

TEST(RateLimiter, keys_and_rules_do_not_share_a_bucket) {
  FakeClock clock;
  RateLimiter limiter(clock, true);
  constexpr RateRule kOther{"other", 1, std::chrono::seconds{20}};
  for (int i = 0; i < 4; ++i) limiter.take(kFourIn20Seconds, "key");
  EXPECT_TRUE(limiter.take(kFourIn20Seconds, "another").allowed);
  EXPECT_TRUE(limiter.take(kOther, "key").allowed);
}

TEST(RateLimiter, switched_off_it_allows_everything) {
  FakeClock clock;
  RateLimiter limiter(clock, false);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.take(kFourIn20Seconds, "key").allowed);
}

TEST(RateLimiter, a_flood_of_keys_is_refused_and_room_is_made_by_full_buckets) {
  FakeClock clock;
  RateLimiter limiter(clock, true);
  for (std::size_t i = 0; i < RateLimiter::kMaximumBuckets; ++i) {
    ASSERT_TRUE(limiter.take(kFourIn20Seconds, std::to_string(i)).allowed);
  }
  EXPECT_FALSE(limiter.take(kFourIn20Seconds, "one more").allowed);
  EXPECT_TRUE(limiter.take(kFourIn20Seconds, "7").allowed);
  clock.advance(std::chrono::seconds(20));
  EXPECT_TRUE(limiter.take(kFourIn20Seconds, "one more").allowed);
}

}  // namespace
}  // namespace strata::panel
