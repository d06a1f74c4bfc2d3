#include "strata/archive/sinks.h"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "strata/archive/archive_fake.h"
#include "strata/base/clock_fake.h"
#include "strata/base/encoding.h"
#include "strata/tree/readers.h"

namespace strata::archive {
namespace {

TEST(BackgroundSink, passes_everything_on_in_order) {
  MemorySink sink;
  BackgroundSink background(sink, 2);
  std::string expected;
  for (std::uint32_t i = 0; i < 40; ++i) {
    const std::string piece = noise(i * 9'973, i);
    background.write(as_bytes(piece));
    expected += piece;
  }
  background.finish();
  EXPECT_TRUE(sink.bytes == expected);
  background.write(as_bytes("after"));
  background.finish();
  EXPECT_TRUE(sink.bytes == expected + "after");
}

TEST(BackgroundSink, an_error_behind_surfaces_at_the_latest_in_finish) {
  class FullSink final : public ByteSink {
    void write(std::span<const std::uint8_t>) override { throw Error(ErrorKind::kNoSpace, "full"); }
  } full;
  BackgroundSink background(full);
  background.write(as_bytes("x"));
  EXPECT_EQ(error_of([&] { background.finish(); }), to_string(ErrorKind::kNoSpace));
  EXPECT_EQ(error_of([&] {
              const std::string data = noise(10'000'000);
              background.write(as_bytes(data));
            }),
            to_string(ErrorKind::kNoSpace));
}

/// Lets nothing through until it is opened.
class Gate final : public ByteSink {
 public:
  void write(std::span<const std::uint8_t> data) override {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --waiting_;
    passed_ += data.size();
  }
  void wait_for_a_writer() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  std::size_t passed() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
  std::size_t passed_ = 0;
};

TEST(BackgroundSink, destroyed_without_finish_drops_what_waits) {
  Gate gate;
  {
    BackgroundSink background(gate, 4);
    const std::string data = noise(3 * 1024 * 1024);
    background.write(as_bytes(data));
    gate.wait_for_a_writer();
    gate.open();
  }
  EXPECT_LE(gate.passed(), 3U * 1024 * 1024);
}

TEST(HashingSink, hashes_what_it_passes_on) {
  MemorySink sink;
  HashingSink hashing(sink, crypto::Algorithm::kSha1);
  hashing.write(as_bytes("ab"));
  hashing.write(as_bytes("c"));
  EXPECT_EQ(hex(hashing.digest().finish()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sink.bytes, "abc");
  EXPECT_EQ(hashing.written(), 3U);
}

TEST(Throttle, lets_a_burst_through_and_then_keeps_the_rate) {
  FakeClock clock;
  Throttle throttle(clock, 1000);
  EXPECT_EQ(throttle.take(250), std::chrono::nanoseconds{0});
  EXPECT_EQ(throttle.take(500), std::chrono::milliseconds{500});
  clock.advance(std::chrono::milliseconds{500});
  EXPECT_EQ(throttle.take(1000), std::chrono::milliseconds{1000});
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(throttle.take(1250), std::chrono::milliseconds{1000}) << "an idle hour saves up a quarter of a second only";
}

TEST(Throttle, zero_means_unlimited) {
  FakeClock clock;
  Throttle throttle(clock, 0);
  EXPECT_EQ(throttle.take(~Bytes{0}), std::chrono::nanoseconds{0});
}

TEST(Throttle, a_stop_request_ends_the_wait) {
  const SystemClock clock;
  Throttle throttle(clock, 1);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(error_of([&] { throttle.wait(1'000'000, stop.get_token()); }), to_string(ErrorKind::kCancelled));
}

TEST(RangedSource, reads_from_the_offset_to_the_end) {
  RangedSource source(std::make_shared<tree::MemoryReader>("0123456789"), 4);
  EXPECT_EQ(read_all(source), "456789");
}

}  // namespace
}  // namespace strata::archive
