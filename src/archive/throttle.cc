#include "strata/archive/throttle.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "strata/base/cancel.h"

namespace strata::archive {
namespace {

using std::chrono::nanoseconds;
constexpr nanoseconds kBurst = std::chrono::milliseconds{250};

}  // namespace

Throttle::Throttle(const Clock& clock, Bytes bytes_per_second)
    : clock_(&clock), rate_(bytes_per_second), paid_(clock.steady_now() - kBurst) {}

nanoseconds Throttle::take(Bytes bytes) {
  if (rate_ == 0) return nanoseconds{0};
  const auto now = clock_->steady_now();
  const double seconds = static_cast<double>(bytes) / static_cast<double>(rate_);
  paid_ =
      std::max(paid_, now - kBurst) + std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
  return std::max(nanoseconds{0}, std::chrono::duration_cast<nanoseconds>(paid_ - now));
}

void Throttle::wait(Bytes bytes, const std::stop_token& stop) {
  const nanoseconds delay = take(bytes);
  if (delay.count() > 0) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, delay, [] { return false; });
  }
  throw_if_stopped(stop);
}

}  // namespace strata::archive
