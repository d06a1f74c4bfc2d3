#pragma once

#include <chrono>
#include <thread>

namespace strata::process {

/// For what the kernel does in its own time: true as soon as the condition holds, false after 20 s.
template <class Condition>
bool wait_until(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace strata::process
