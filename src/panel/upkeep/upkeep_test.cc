#include "strata/panel/upkeep/upkeep.h"

#include <semaphore>

#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::panel {
namespace {

constexpr std::chrono::hours kNever{24};
constexpr std::chrono::seconds kPatience{10};

TEST(Upkeep, a_duty_runs_at_the_start_and_when_it_is_woken) {
  Log log(LogLevel::kError);
  Upkeep upkeep(log);
  std::counting_semaphore<> turns(0);
  upkeep.every("count", kNever, [&](const std::stop_token&) { turns.release(); });
  upkeep.start();
  EXPECT_TRUE(turns.try_acquire_for(kPatience));
  upkeep.wake("count");
  EXPECT_TRUE(turns.try_acquire_for(kPatience));
}

TEST(Upkeep, a_duty_that_throws_has_its_next_turn) {
  Log log(LogLevel::kError);
  Upkeep upkeep(log);
  std::counting_semaphore<> turns(0);
  upkeep.every("fail", std::chrono::milliseconds(1), [&](const std::stop_token&) {
    turns.release();
    throw Error(ErrorKind::kUnavailable, "expected by this test");
  });
  upkeep.start();
  EXPECT_TRUE(turns.try_acquire_for(kPatience));
  EXPECT_TRUE(turns.try_acquire_for(kPatience));
}

TEST(Upkeep, an_unknown_duty_cannot_be_woken) {
  Log log(LogLevel::kError);
  Upkeep upkeep(log);
  EXPECT_THROW(upkeep.wake("nothing"), Error);
}

}  // namespace
}  // namespace strata::panel
