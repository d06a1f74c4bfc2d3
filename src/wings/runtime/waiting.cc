#include "strata/wings/runtime/waiting.h"

#include <condition_variable>
#include <mutex>

#include "strata/base/cancel.h"

namespace strata::wings {

bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds timeout, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kEvery{50};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::mutex mutex;
  std::condition_variable_any never;
  while (!done()) {
    throw_if_stopped(stop);
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, kEvery, [] { return false; });
  }
  return true;
}

}  // namespace strata::wings
