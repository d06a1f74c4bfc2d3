#include "strata/wings/panel/heartbeat.h"

#include <algorithm>
#include <utility>

#include "strata/base/error.h"

namespace strata::wings {

HeartbeatSender::HeartbeatSender(JobQueue& jobs, PanelClient& panel, BootId boot, const Clock& clock, Log& log,
                                 HeartbeatOptions options)
    : jobs_(jobs), panel_(panel), boot_(boot), clock_(clock), log_(log), options_(options) {}

HeartbeatSender::~HeartbeatSender() {
  stop();
}

void HeartbeatSender::start() {
  subscription_ = jobs_.watch([this](const JobEvent& event) {
    if (event.kind == JobEvent::Kind::kProgress) return;
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  });
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void HeartbeatSender::stop() {
  subscription_ = {};
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void HeartbeatSender::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto pause = send(stop);
    std::unique_lock lock(mutex_);
    // A Panel that does not take heartbeats is not asked more often because much happens.
    changed_.wait_for(lock, stop, pause, [&] { return woken_ && pause != options_.unsupported; });
    woken_ = false;
  }
}

std::chrono::milliseconds HeartbeatSender::send(const std::stop_token& stop) {
  wire::Heartbeat heartbeat;
  heartbeat.boot = boot_;
  heartbeat.time = clock_.now();
  heartbeat.operations = jobs_.operations();
  const auto pause = heartbeat.operations.empty() ? options_.idle : options_.running;
  try {
    panel_.heartbeat(heartbeat, stop);
    if (std::exchange(failing_, false)) log_.info("the Panel takes heartbeats again");
  } catch (const Error& error) {
    if (!std::exchange(failing_, true)) log_.warning("a heartbeat did not arrive", {{"reason", error.message()}});
    return error.kind() == ErrorKind::kNotFound ? options_.unsupported : std::max(pause, options_.idle / 10);
  }
  return pause;
}

}  // namespace strata::wings
