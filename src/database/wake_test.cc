#include "strata/database/wake.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "strata/database/engine_test_fake.h"

namespace strata::database {
namespace {

/// Counts wake-ups and lets a test wait for the next one.
class Counter {
 public:
  Wake::Callback callback() {
    return [this] {
      const std::lock_guard lock(mutex_);
      ++count_;
      changed_.notify_all();
    };
  }

  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  bool wait_for_more_than(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ > count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

class Wakes : public OnBothEngines {
 protected:
  Log log{LogLevel::kError};
};
STRATA_ON_BOTH_ENGINES(Wakes);

TEST_P(Wakes, a_subscriber_is_woken) {
  auto database = open();
  Wake wake(database, log);
  Counter counter;
  const auto subscription = wake.subscribe("operations", counter.callback());
  const int before = counter.count();
  wake.wake("operations");
  EXPECT_TRUE(counter.wait_for_more_than(before));
}

TEST_P(Wakes, channels_are_apart) {
  auto database = open();
  Wake wake(database, log);
  Counter operations;
  Counter sentinel;
  // PostgreSQL wakes each new subscriber once; after the sentinel's wake-ups nothing else is on its way.
  const auto first = wake.subscribe("operations", operations.callback());
  const auto second = wake.subscribe("sentinel", sentinel.callback());
  wake.wake("sentinel");
  ASSERT_TRUE(sentinel.wait_for_more_than(0));
  const int before = operations.count();
  for (int i = 0; i < 3; ++i) {
    const int seen = sentinel.count();
    wake.wake("sentinel");
    ASSERT_TRUE(sentinel.wait_for_more_than(seen));
  }
  EXPECT_EQ(operations.count(), before);
}

TEST_P(Wakes, nobody_is_woken_after_leaving) {
  auto database = open();
  Wake wake(database, log);
  Counter gone;
  Counter here;
  {
    const auto subscription = wake.subscribe("operations", gone.callback());
  }
  const int before = gone.count();
  const auto subscription = wake.subscribe("operations", here.callback());
  wake.wake("operations");
  ASSERT_TRUE(here.wait_for_more_than(0));
  EXPECT_EQ(gone.count(), before);
}

TEST_P(Wakes, a_failing_subscriber_does_not_stop_the_others) {
  auto database = open();
  Wake wake(database, log);
  Counter counter;
  const auto bad = wake.subscribe("operations", [] { throw Error(ErrorKind::kInternal, "(expected in this test)"); });
  const auto good = wake.subscribe("operations", counter.callback());
  for (int i = 0; i < 2; ++i) {
    const int before = counter.count();
    wake.wake("operations");
    EXPECT_TRUE(counter.wait_for_more_than(before));
  }
}

TEST_P(Wakes, a_channel_has_a_plain_name) {
  auto database = open();
  Wake wake(database, log);
  for (const char* name : {"", "Operations", "a b", "x;drop table y", "\"x\""})
    EXPECT_THROW(wake.wake(name), Error) << name;
  EXPECT_THROW(wake.wake(std::string(41, 'x')), Error);
}

TEST(PostgresqlWakes, another_process_is_woken_and_a_lost_connection_comes_back) {
  if (!ScratchDatabase::is_available(Engine::kPostgresql)) GTEST_SKIP() << ScratchDatabase::kSkipReason;
  const ScratchDatabase scratch(Engine::kPostgresql);
  auto here = scratch.open();
  auto there = scratch.open();
  Log log(LogLevel::kError);
  Wake listening(here, log);
  Wake sending(there, log);
  Counter counter;
  const auto subscription = listening.subscribe("operations", counter.callback());
  ASSERT_TRUE(counter.wait_for_more_than(0)) << "the first call says that it listens";
  int seen = counter.count();
  sending.wake("operations");
  ASSERT_TRUE(counter.wait_for_more_than(seen));

  seen = counter.count();
  here.query(
      "select cast(pg_terminate_backend(pid) as text) as gone from pg_stat_activity "
      "where query = 'listen strata_operations'");
  ASSERT_TRUE(counter.wait_for_more_than(seen)) << "it listens again and says so";
  seen = counter.count();
  sending.wake("operations");
  EXPECT_TRUE(counter.wait_for_more_than(seen));
}

}  // namespace
}  // namespace strata::database
