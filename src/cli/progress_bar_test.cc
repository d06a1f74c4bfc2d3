#include "strata/cli/progress_bar.h"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"
#include "strata/cli/captured_output_fake.h"

namespace strata::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ProgressBarTest : public testing::Test {
 protected:
  /// What is on the bar's line now.
  static std::string last_drawn(const std::string& text) {
    const auto start = text.rfind("\x1b[K");
    return start == std::string::npos ? "" : text.substr(start + 3);
  }
  static auto times_drawn(const std::string& text) { return std::count(text.begin(), text.end(), '\r'); }

  FakeClock clock;
};

TEST_F(ProgressBarTest, the_rate_is_that_of_the_last_ten_seconds) {
  RateMeter meter;
  Bytes bytes = 0;
  for (int second = 0; second < 60; ++second) {  // a slow minute, 1 MiB a second
    meter.add(clock.steady_now(), bytes);
    bytes += 1_MiB;
    clock.advance(seconds(1));
  }
  EXPECT_NEAR(*meter.bytes_per_second(), 1_MiB, 1);
  for (int second = 0; second < 11; ++second) {  // then ten times as fast
    meter.add(clock.steady_now(), bytes);
    bytes += 10_MiB;
    clock.advance(seconds(1));
  }
  EXPECT_NEAR(*meter.bytes_per_second(), 10_MiB, 1) << "the slow minute still counts";
}

TEST_F(ProgressBarTest, there_is_no_rate_before_two_samples_some_time_apart) {
  RateMeter meter;
  EXPECT_FALSE(meter.bytes_per_second());
  meter.add(clock.steady_now(), 0);
  EXPECT_FALSE(meter.bytes_per_second());
  clock.advance(milliseconds(50));
  meter.add(clock.steady_now(), 100);
  EXPECT_FALSE(meter.bytes_per_second());
  clock.advance(milliseconds(950));
  meter.add(clock.steady_now(), 1000);
  EXPECT_NEAR(*meter.bytes_per_second(), 1000, 1);
}

TEST_F(ProgressBarTest, a_new_phase_that_counts_from_zero_starts_a_new_rate) {
  RateMeter meter;
  meter.add(clock.steady_now(), 500_MiB);
  clock.advance(seconds(1));
  meter.add(clock.steady_now(), 0);
  EXPECT_FALSE(meter.bytes_per_second());
  clock.advance(seconds(1));
  meter.add(clock.steady_now(), 3000);
  EXPECT_NEAR(*meter.bytes_per_second(), 3000, 1);
}

TEST_F(ProgressBarTest, a_bar_shows_share_amount_files_rate_and_what_is_left) {
  CapturedOutput captured({.terminal = true, .columns = 200});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "store", .bytes = 0, .total_bytes = 1_GiB, .files = 0, .total_files = 200});
  clock.advance(seconds(2));
  bar.update({.phase = "store", .bytes = 256_MiB, .total_bytes = 1_GiB, .files = 50, .total_files = 200});
  EXPECT_EQ(
      last_drawn(captured.error()),
      "store     [######..................]  25 %  256.0 MiB of 1.00 GiB, 50 of 200 files, 128.0 MiB/s, 6 s left");
  EXPECT_EQ(captured.out(), "") << "progress is not a result";
}

TEST_F(ProgressBarTest, before_the_walk_is_done_the_bar_shows_what_was_read_and_promises_nothing) {
  CapturedOutput captured({.terminal = true, .columns = 200});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "survey", .bytes = 10_MiB});
  EXPECT_EQ(last_drawn(captured.error()), "survey    [........................] 10.0 MiB");
}

TEST_F(ProgressBarTest, a_bar_stays_on_one_line_of_a_narrow_terminal) {
  CapturedOutput captured({.terminal = true, .columns = 40});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "store", .bytes = 1, .total_bytes = 1_GiB, .files = 1, .total_files = 20'000});
  EXPECT_EQ(last_drawn(captured.error()).size(), 39u);
}

TEST_F(ProgressBarTest, more_bytes_than_promised_are_a_full_bar) {
  CapturedOutput captured({.terminal = true, .columns = 200});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "store", .bytes = 3_MiB, .total_bytes = 2_MiB});
  EXPECT_EQ(last_drawn(captured.error()), "store     [########################] 100 %  3.00 MiB of 2.00 MiB");
}

// A download reports every piece: thousands a second.
TEST_F(ProgressBarTest, a_terminal_is_written_to_at_most_ten_times_a_second_and_at_least_twice) {
  CapturedOutput captured({.terminal = true});
  ProgressBar bar(captured.output(), clock);
  for (int i = 0; i < 10'000; ++i) {
    bar.update({.phase = "download", .bytes = static_cast<Bytes>(i), .total_bytes = 1_GiB});
    clock.advance(std::chrono::microseconds(100));
  }
  EXPECT_LE(times_drawn(captured.error()), 11);
  EXPECT_GE(times_drawn(captured.error()), 2);
}

TEST_F(ProgressBarTest, a_new_phase_and_the_last_byte_are_drawn_at_once) {
  CapturedOutput captured({.terminal = true, .columns = 200});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "stage", .bytes = 1, .total_bytes = 10});
  bar.update({.phase = "swap", .bytes = 2, .total_bytes = 10});
  EXPECT_TRUE(last_drawn(captured.error()).starts_with("swap "));
  bar.update({.phase = "swap", .bytes = 10, .total_bytes = 10});
  EXPECT_NE(last_drawn(captured.error()).find("100 %"), std::string::npos);
}

TEST_F(ProgressBarTest, a_pipe_gets_a_line_for_each_phase_and_each_tenth) {
  CapturedOutput captured;
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "survey"});
  for (Bytes percent = 0; percent <= 100; ++percent)
    bar.update({.phase = "store", .bytes = percent * 1_MiB, .total_bytes = 100_MiB});
  bar.finish();
  std::string expected = "survey: 0 B\n";
  for (int tenth = 0; tenth <= 10; ++tenth)
    expected += "store: " +
                std::string(tenth == 0    ? "  0"
                            : tenth == 10 ? "100"
                                          : " " + std::to_string(tenth * 10)) +
                " %  " + human_bytes(static_cast<Bytes>(tenth) * 10_MiB) + " of 100.0 MiB\n";
  EXPECT_EQ(captured.error(), expected);
  EXPECT_EQ(captured.error().find('\x1b'), std::string::npos);
}

TEST_F(ProgressBarTest, with_json_there_is_no_progress_at_all) {
  CapturedOutput captured({.json = true, .terminal = true});
  ProgressBar bar(captured.output(), clock);
  bar.update({.phase = "store", .bytes = 1, .total_bytes = 2});
  bar.finish();
  EXPECT_EQ(captured.out(), "");
  EXPECT_EQ(captured.error(), "");
}

TEST_F(ProgressBarTest, what_is_said_after_a_bar_starts_on_a_line_of_its_own) {
  CapturedOutput captured({.terminal = true});
  ProgressBar bar(captured.output(), clock);
  bar.finish();
  EXPECT_EQ(captured.error(), "") << "no bar, no line to end";
  bar.update({.phase = "store"});
  bar.finish();
  bar.finish();
  captured.output().note("1 warning:");
  EXPECT_TRUE(captured.error().ends_with("\n1 warning:\n"));
  const auto said = captured.error();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2);
}

TEST_F(ProgressBarTest, also_when_a_failure_ends_it) {
  CapturedOutput captured({.terminal = true});
  EXPECT_THROW(
      {
        ProgressBar bar(captured.output(), clock);
        bar.update({.phase = "store"});
        throw std::runtime_error("the Panel went away");
      },
      std::runtime_error);
  EXPECT_TRUE(captured.error().ends_with("\n"));
}

}  // namespace
}  // namespace strata::cli
