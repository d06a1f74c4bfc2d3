#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace strata::wings {

/// Asks `done` every 50 ms until it says yes; false after `timeout`. kCancelled when stop is requested.
bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds timeout, const std::stop_token& stop);

}  // namespace strata::wings
