#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "strata/base/log.h"
#include "strata/wings/panel/panel_client.h"

namespace strata::wings {

/// The first words with the Panel after a start: `servers/reset`, then the list of servers; both are tried until they
/// work. Any thread.
class PanelLink {
 public:
  struct Steps {
    /// Made for each attempt: what goes on changes while the Panel is away.
    std::function<wire::ResetRequest()> reset;
    std::function<void(const std::vector<wire::RemoteServer>&)> take_servers;
    /// After the first success, once.
    std::function<void()> connected;
  };

  /// `panel` and `log` outlive this. `first_pause` is doubled with each failed attempt, up to a minute.
  PanelLink(PanelClient& panel, Steps steps, std::chrono::milliseconds first_pause, Log& log);
  ~PanelLink();  // as stop()
  PanelLink(const PanelLink&) = delete;
  PanelLink& operator=(const PanelLink&) = delete;

  void start();
  bool is_connected() const;
  /// False after `timeout`.
  bool wait_until_connected(std::chrono::milliseconds timeout) const;
  /// Idempotent.
  void stop();

 private:
  void run(const std::stop_token& stop);
  bool try_once(const std::stop_token& stop, bool is_first_failure);

  PanelClient& panel_;
  Steps steps_;
  std::chrono::milliseconds first_pause_;
  Log& log_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  bool connected_ = false;
  std::jthread thread_;
};

}  // namespace strata::wings
