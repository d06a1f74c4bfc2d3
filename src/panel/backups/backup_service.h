#pragma once

#include <optional>
#include <string>

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/backups/live_progress.h"
#include "strata/panel/backups/operation_repository.h"
#include "strata/panel/configurations/resolution.h"
#include "strata/panel/foundation.h"
#include "strata/panel/servers/server_access.h"
#include "strata/panel/servers/server_backups.h"
#include "strata/wire/backups.h"

namespace strata::panel {

class Dispatcher;

/// The rules of a customer's backups: who may start what and when. Every decision is one transaction that first
/// serialises on the server; the command to the node is committed with it and sent afterwards, so nothing is lost
/// between the two. Any thread.
class BackupService final : public ServerBackups {
 public:
  BackupService(const Foundation& foundation, LiveProgress& progress, Dispatcher& dispatcher);

  wire::Page<wire::Backup> list(ServerId server, const wire::PageQuery& query);
  wire::Backup show(ServerId server, BackupId backup);

  /// kRefused: no configuration, maintenance, backup limit. The backup is made on the node; its state tells how it
  /// goes.
  wire::Backup create(const ServerAccess& access, const Actor& actor, Audience audience,
                      const wire::CreateBackup& request);

  void rename_or_lock(ServerId server, BackupId backup, const Actor& actor, const wire::UpdateBackup& request);

  /// kRefused: not ended, locked, already being deleted, maintenance.
  void remove(ServerId server, BackupId backup, const Actor& actor, Audience audience);

  /// Asks a running creation, verification or restore of this backup to stop. kConflict when nothing runs.
  void cancel(ServerId server, BackupId backup, const Actor& actor);

  void verify(ServerId server, BackupId backup, const Actor& actor);

  // For the deletion of a server.
  void delete_all(database::Connection& connection, ServerId server, const Actor& actor) override;
  void wake() override;

 private:
  /// With the progress of its creation, if that has not ended.
  wire::Backup view(const BackupRecord& backup) const;
  const Foundation& foundation_;
  LiveProgress& progress_;
  Dispatcher& dispatcher_;
};

/// kRefused when the configuration of an existing backup is in maintenance. `action` is an infinitive: "restore
/// backup".
void require_no_maintenance(database::Connection& connection, const BackupRecord& backup, std::string_view action,
                            Audience audience);

/// kRefused unless the backup ended well and is not being deleted; `participle` is "restored", "downloaded".
void require_usable_backup(const BackupRecord& backup, std::string_view participle);

}  // namespace strata::panel
