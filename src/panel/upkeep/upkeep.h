#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/log.h"

namespace strata::panel {

/// What the Panel does by itself, again and again: sending commands once more, forgetting old sessions. Each duty has a
/// thread, so that one that waits for a dead node holds up no other. What a duty throws is logged, and the duty goes on
/// at its next turn.
class Upkeep {
 public:
  using Duty = std::function<void(std::stop_token)>;

  explicit Upkeep(Log& log);
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  /// Before start(). The first turn comes right after start(), later ones `interval` after the end of the last.
  void every(std::string name, std::chrono::milliseconds interval, Duty duty);

  void start();
  /// Asks all duties to stop and waits for them. Idempotent.
  void stop();

  /// The duty's next turn comes at once. Any thread, any time; unknown names are kInternal.
  void wake(std::string_view name);

 private:
  struct Worker;
  Log& log_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace strata::panel
