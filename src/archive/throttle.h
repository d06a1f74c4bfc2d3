#pragma once

#include <chrono>
#include <stop_token>

#include "strata/base/time.h"
#include "strata/base/units.h"

namespace strata::archive {

/// A token bucket: at most `bytes_per_second` on average, after a burst of at most a quarter of a second's worth. One
/// thread at a time; a copy has a bucket of its own.
class Throttle {
 public:
  /// 0 bytes per second: unlimited. `clock` must outlive this.
  Throttle(const Clock& clock, Bytes bytes_per_second);

  /// Takes `bytes` from the bucket; answers how long to wait before they may be used.
  std::chrono::nanoseconds take(Bytes bytes);

  /// take() and sleep; kCancelled when stop is requested before or meanwhile.
  void wait(Bytes bytes, const std::stop_token& stop);

 private:
  const Clock* clock_;
  Bytes rate_;
  std::chrono::steady_clock::time_point paid_;  ///< up to when the bytes taken so far have used up the rate
};

}  // namespace strata::archive
