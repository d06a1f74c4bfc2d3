#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/cli/output.h"

namespace strata::cli {

/// How far a job is, as the Panel tells it.
struct ProgressSample {
  std::string phase;
  Bytes bytes = 0;
  Bytes total_bytes = 0;  ///< 0: not known yet
  std::uint64_t files = 0;
  std::uint64_t total_files = 0;
};

/// Bytes per second over the last ten seconds, from at most a hundred samples.
class RateMeter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  void add(Time now, Bytes bytes);
  /// nullopt until there are two samples some time apart.
  std::optional<double> bytes_per_second() const;

 private:
  struct Sample {
    Time time;
    Bytes bytes;
  };
  std::deque<Sample> samples_;
};

/// A bar on a terminal, drawn at most ten times a second; elsewhere a plain line for each phase and each further tenth.
/// Nothing as JSON. One thread.
class ProgressBar {
 public:
  ProgressBar(Output& output, const Clock& clock) : output_(output), clock_(clock) {}
  /// Finishes: what a failure says starts on a line of its own.
  ~ProgressBar() { finish(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(const ProgressSample& sample);
  /// Ends the bar's line, so that the next text starts on its own.
  void finish() noexcept;

 private:
  using Time = std::chrono::steady_clock::time_point;
  void draw(const ProgressSample& sample, Time now);
  std::string details(const ProgressSample& sample) const;
  Output& output_;
  const Clock& clock_;
  RateMeter rate_;
  std::string phase_;
  int tenth_ = -1;
  Time drawn_at_;
  bool drawn_ = false;
};

}  // namespace strata::cli
