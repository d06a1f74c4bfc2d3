#include "strata/panel/backups/outcomes.h"

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {

void Outcomes::accepted(const OperationRecord& operation, std::optional<Timestamp> ask_again) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    OperationRepository(connection).mark_accepted(operation.uuid, ask_again);
    if (operation.kind == wire::OperationKind::kCreate && operation.backup)
      BackupRepository(connection).mark_running(*operation.backup);
  });
}

void Outcomes::end_unsuccessfully(database::Connection& connection, const OperationRecord& operation,
                                  OperationState state, wire::BackupState backup_state, const std::string& reason) {
  const Timestamp now = foundation_.clock.now();
  if (operation.kind == wire::OperationKind::kDelete && operation.backup) {
    BackupRepository backups(connection);
    if (state == OperationState::kLost) {
      // The node's restart does not end the wish to delete: it is sent again.
      OperationRepository(connection).postpone(operation.uuid, now, reason);
      return;
    }
    const auto retries = backups.note_failed_deletion(*operation.backup);
    if (retries < kMaximumDeletionRetries) {
      OperationRepository(connection)
          .postpone(operation.uuid, now + std::chrono::minutes(std::min<std::int64_t>(60, 5LL << retries)), reason);
      return;
    }
    record_activity(connection, now, {},
                    {.event = "server:backup.delete-failed",
                     .data = {{"uuid", operation.backup->text()}, {"reason", reason}},
                     .server = operation.server});
  }
  if (!OperationRepository(connection).finish(operation.uuid, state, now, reason, std::nullopt)) return;
  if (operation.kind == wire::OperationKind::kCreate && operation.backup) {
    BackupRepository backups(connection);
    auto backup = backups.find(*operation.backup);
    if (!backup) return;
    backup->state = backup_state;
    backup->error = reason;
    backup->completed = now;
    if (backups.finish(*backup)) {
      record_activity(connection, now, {},
                      {.event = "server:backup.fail",
                       .data = {{"uuid", backup->uuid.text()}, {"name", backup->name}, {"reason", reason}},
                       .server = operation.server});
    }
  }
  if ((operation.kind == wire::OperationKind::kRestore || operation.kind == wire::OperationKind::kUndo) &&
      operation.server) {
    // A refusal before the node began leaves the server as it was; a loss in the middle needs a look.
    const auto to =
        state == OperationState::kLost ? std::optional(wire::ServerStatus::kBackupRestoreFailed) : std::nullopt;
    ServerRepository(connection).change_status(*operation.server, wire::ServerStatus::kRestoringBackup, to);
  }
}

void Outcomes::forget_backup(database::Connection& connection, BackupId id) {
  const auto backup = BackupRepository(connection).find(id);
  if (!backup) return;
  BackupRepository(connection).mark_deleted(id, foundation_.clock.now());
  // A configuration or node that was deleted by force stayed only for its backups.
  if (backup->configuration && ConfigurationRepository(connection).remove_if_abandoned(*backup->configuration)) {
    secrets_.remove_all(connection, "backup_configurations", backup->configuration->text());
  }
  NodeRepository(connection).remove_if_abandoned(backup->node);
}

void Outcomes::refused(const OperationRecord& operation, const std::string& reason) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation, OperationState::kFailed, wire::BackupState::kFailed, reason);
  });
}

void Outcomes::cancelled_before_start(const OperationRecord& operation) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation, OperationState::kCancelled, wire::BackupState::kCancelled,
                       "cancelled before it began");
  });
}

void Outcomes::lost(const OperationRecord& operation) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation, OperationState::kLost, wire::BackupState::kLost,
                       "the node restarted and does not know of it any more");
  });
  progress_.forget(operation.uuid);
}

void Outcomes::deleted(OperationId id) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto operation = OperationRepository(connection).find(id);
    if (!operation || !operation->backup) return;
    const Timestamp now = foundation_.clock.now();
    if (OperationRepository(connection).finish(id, OperationState::kSucceeded, now, std::nullopt, std::nullopt)) {
      forget_backup(connection, *operation->backup);
    }
  });
}

}  // namespace strata::panel
