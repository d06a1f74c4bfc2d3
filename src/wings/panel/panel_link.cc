#include "strata/wings/panel/panel_link.h"

#include <algorithm>
#include <utility>

#include "strata/base/error.h"

namespace strata::wings {
namespace {

constexpr std::chrono::milliseconds kLongestPause{60'000};

}  // namespace

PanelLink::PanelLink(PanelClient& panel, Steps steps, std::chrono::milliseconds first_pause, Log& log)
    : panel_(panel), steps_(std::move(steps)), first_pause_(first_pause), log_(log) {}

PanelLink::~PanelLink() {
  stop();
}

void PanelLink::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

bool PanelLink::is_connected() const {
  const std::lock_guard lock(mutex_);
  return connected_;
}

bool PanelLink::wait_until_connected(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return connected_; });
}

void PanelLink::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void PanelLink::run(const std::stop_token& stop) {
  auto pause = first_pause_;
  while (!try_once(stop, pause == first_pause_)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [] { return false; });
    if (stop.stop_requested()) return;
    pause = std::min(pause * 2, kLongestPause);
  }
  const std::lock_guard lock(mutex_);
  connected_ = true;
  changed_.notify_all();
}

bool PanelLink::try_once(const std::stop_token& stop, bool is_first_failure) {
  try {
    panel_.reset(steps_.reset(), stop);
    steps_.take_servers(panel_.servers(stop));
    steps_.connected();
    log_.info("connected to the Panel");
    return true;
  } catch (const Error& error) {
    if (is_first_failure && !stop.stop_requested()) {
      log_.warning("the Panel cannot be reached: what is known of the servers is served, and it is tried again",
                   {{"reason", error.message()}});
    }
    return false;
  }
}

}  // namespace strata::wings
