#pragma once

#include <chrono>
#include <stop_token>

#include "strata/base/time.h"
#include "strata/base/units.h"

namespace strata::archive {

/// A token bucket: at most `bytes_per_second` on average, bursts up to a quarter of a second's worth. One thread.
class Throttle {
 public:
  /// 0 bytes per second: unlimited. `clock` must outlive this.
  Throttle(const Clock& clock, Bytes bytes_per_second);

  /// Takes `bytes` from the bucket; answers how long to wait before they may be used.
  std::chrono::nanoseconds take(Bytes bytes);

  /// take() and sleep; kCancelled when stop is requested meanwhile.
  void wait(Bytes bytes, const std::stop_token& stop);

 private:
  const Clock& clock_;
  Bytes rate_;
  std::chrono::steady_clock::time_point ready_;  ///< when all bytes taken so far have been paid for
};

}  // namespace strata::archive
