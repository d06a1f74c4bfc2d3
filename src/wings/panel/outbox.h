#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "strata/base/log.h"
#include "strata/base/random.h"
#include "strata/wings/journal/journal.h"
#include "strata/wings/panel/panel_client.h"

namespace strata::wings {

struct OutboxOptions {
  std::chrono::milliseconds first_delay{1000};  ///< doubled with each failed attempt
  std::chrono::milliseconds longest_delay{300'000};
  std::chrono::milliseconds base_timeout{60'000};  ///< per attempt, and 1 s more per 10 GiB of backup
  std::function<double()> jitter = random_fraction;
};

/// Tells the Panel how operations ended, until it has said that it knows: 1, 2, 4 … 300 s between attempts with full
/// jitter, for ever, across restarts, in order per backup (reliability 3.10). 404 and 410 set a result aside as
/// unclaimed; 409 stops it with an alarm in the log; everything else is tried again, 4xx at the longest delay. While
/// the Panel cannot be reached one attempt stands for all. Any thread.
class Outbox {
 public:
  Outbox(Journal& journal, PanelClient& panel, OutboxOptions options, Log& log);
  ~Outbox();  // as stop()
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void start();

  /// There is a new result, or reason to think that the Panel is back: everything is tried now.
  void wake();

  /// Unclaimed results are sent again: the Panel was restored or has caught up.
  void retry_unclaimed();

  /// Ends the attempt that is under way. Idempotent.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Where the report of an operation goes: "backups/<uuid>", "backups/<uuid>/restore", "servers/<uuid>/undo", …
std::string report_path(const JournalOperation& operation);

}  // namespace strata::wings
