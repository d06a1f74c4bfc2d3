#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/wings/jobs/job_queue.h"
#include "strata/wings/panel/panel_client.h"

namespace strata::wings {

struct HeartbeatOptions {
  std::chrono::milliseconds running{500};
  std::chrono::milliseconds idle{10'000};
  /// A Panel without this route (the reference) is asked again this much later.
  std::chrono::milliseconds unsupported{std::chrono::minutes{10}};
};

/// Tells the Panel that the node lives and what its operations do: often while something runs, and at once when
/// something starts or ends. A heartbeat that does not arrive is not repeated: the next one says more. Any thread.
class HeartbeatSender {
 public:
  /// All references outlive this.
  HeartbeatSender(JobQueue& jobs, PanelClient& panel, BootId boot, const Clock& clock, Log& log,
                  HeartbeatOptions options);
  ~HeartbeatSender();  // as stop()
  HeartbeatSender(const HeartbeatSender&) = delete;
  HeartbeatSender& operator=(const HeartbeatSender&) = delete;

  void start();
  /// Idempotent.
  void stop();

 private:
  void run(const std::stop_token& stop);
  /// Answers how long to wait until the next one.
  std::chrono::milliseconds send(const std::stop_token& stop);

  JobQueue& jobs_;
  PanelClient& panel_;
  BootId boot_;
  const Clock& clock_;
  Log& log_;
  HeartbeatOptions options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  bool failing_ = false;
  JobQueue::Subscription subscription_;
  std::jthread thread_;
};

}  // namespace strata::wings
