#include "strata/panel/upkeep/upkeep.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "strata/base/error.h"

namespace strata::panel {

struct Upkeep::Worker {
  std::string name;
  std::chrono::milliseconds interval;
  Duty duty;
  std::mutex mutex;
  std::condition_variable_any woken;
  bool wake = false;
  std::jthread thread;

  void turn(std::stop_token stop, Log& log) {
    try {
      duty(stop);
    } catch (const std::exception& error) {
      if (!stop.stop_requested())
        log.error("a duty failed and will be tried again", {{"duty", name}, {"error", error.what()}});
    }
  }

  void run(std::stop_token stop, Log& log) {
    while (!stop.stop_requested()) {
      turn(stop, log);
      std::unique_lock lock(mutex);
      woken.wait_for(lock, stop, interval, [this] { return wake; });
      wake = false;
    }
  }
};

Upkeep::Upkeep(Log& log) : log_(log) {}

Upkeep::~Upkeep() {
  stop();
}

void Upkeep::every(std::string name, std::chrono::milliseconds interval, Duty duty) {
  auto worker = std::make_unique<Worker>();
  worker->name = std::move(name);
  worker->interval = interval;
  worker->duty = std::move(duty);
  workers_.push_back(std::move(worker));
}

void Upkeep::start() {
  for (const auto& worker : workers_) {
    worker->thread = std::jthread([this, &worker = *worker](std::stop_token stop) { worker.run(stop, log_); });
  }
}

void Upkeep::stop() {
  for (const auto& worker : workers_) worker->thread.request_stop();
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

void Upkeep::wake(std::string_view name) {
  const auto found = std::find_if(workers_.begin(), workers_.end(), [&](const auto& w) { return w->name == name; });
  if (found == workers_.end()) throw Error(ErrorKind::kInternal, "there is no duty " + std::string(name));
  const std::lock_guard lock((*found)->mutex);
  (*found)->wake = true;
  (*found)->woken.notify_all();
}

}  // namespace strata::panel
