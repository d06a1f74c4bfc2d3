#pragma once

#include "strata/panel/backups/backup_service.h"
#include "strata/panel/backups/dispatcher.h"
#include "strata/panel/backups/download_links.h"
#include "strata/panel/backups/live_progress.h"
#include "strata/panel/backups/outcomes.h"
#include "strata/panel/backups/restore_service.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Backups: the customers' routes, and the duty that brings commands to the nodes.
class BackupRoom final : public SubRoom {
 public:
  /// `upkeep` is the Panel's, for waking the dispatcher.
  BackupRoom(const Foundation& foundation, const NodeCredentials& credentials, Upkeep& upkeep);

  void add_routes(RouteTable& routes) override;
  void add_duties(Upkeep& upkeep) override;

  /// For the deletion of servers.
  ServerBackups& server_backups() { return backups_; }
  /// For the remote API.
  Outcomes& outcomes() { return outcomes_; }
  LiveProgress& progress() { return progress_; }

 private:
  LiveProgress progress_;
  Outcomes outcomes_;
  Dispatcher dispatcher_;
  BackupService backups_;
  RestoreService restores_;
  DownloadLinks links_;
};

}  // namespace strata::panel
