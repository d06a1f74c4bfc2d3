#pragma once

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/backups/live_progress.h"
#include "strata/panel/backups/operation_repository.h"
#include "strata/panel/configurations/resolution.h"
#include "strata/panel/foundation.h"
#include "strata/wire/backups.h"

namespace strata::panel {

class Dispatcher;

/// Restores and undos of a server. The server is marked as restoring in the same transaction that commits the command,
/// then the command is sent while the caller waits: a refusal of the node is the caller's answer and leaves everything
/// as it was. Any thread.
class RestoreService {
 public:
  RestoreService(const Foundation& foundation, LiveProgress& progress, Dispatcher& dispatcher);

  /// kRefused: backup not usable, maintenance, server not in its normal state; else what the node says.
  void restore(ServerId server, BackupId backup, const Actor& actor, Audience audience,
               const wire::RestoreBackup& request);
  /// kNotFound when there is nothing to undo (any more).
  void undo(ServerId server, const Actor& actor, const wire::UndoRestore& request);
  /// After a failed restore. kConflict "server has not failed a backup restore".
  void unlock(ServerId server, const Actor& actor);

  wire::RestoreStatus status(ServerId server);

 private:
  const Foundation& foundation_;
  LiveProgress& progress_;
  Dispatcher& dispatcher_;
};

}  // namespace strata::panel
