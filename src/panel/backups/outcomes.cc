#include "strata/panel/backups/outcomes.h"

#include <algorithm>

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/schema/counters.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {
namespace {

/// 10, 20, 40 and then 60 minutes (spec/panel 6.5).
std::chrono::minutes wait_after(std::int64_t failures) {
  return std::chrono::minutes(std::min<std::int64_t>(60, 5LL << failures));
}

wire::BackupState backup_state_of(OperationState state) {
  switch (state) {
    case OperationState::kCancelled:
      return wire::BackupState::kCancelled;
    case OperationState::kLost:
      return wire::BackupState::kLost;
    default:
      return wire::BackupState::kFailed;
  }
}

}  // namespace

bool Outcomes::accepted(const OperationRecord& operation, std::optional<Timestamp> ask_again) {
  return database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    OperationRepository operations(connection);
    operations.mark_accepted(operation.uuid, ask_again);
    if (operation.kind == wire::OperationKind::kCreate && operation.backup)
      BackupRepository(connection).mark_running(*operation.backup);
    const auto current = operations.find(operation.uuid);
    return !current || !current->cancel_requested;
  });
}

void Outcomes::end_unsuccessfully(database::Connection& connection, const OperationRecord& operation,
                                  const BadEnd& end) {
  const Timestamp now = foundation_.clock.now();
  OperationRepository operations(connection);
  if (operation.kind == wire::OperationKind::kDelete && end.state == OperationState::kLost) {
    // The node's restart does not end the wish to delete: the same command is sent again.
    operations.postpone(operation.uuid, now, end.reason);
    return;
  }
  if (!operations.finish(operation.uuid, end.state, now, end.reason, end.digest)) return;
  switch (operation.kind) {
    case wire::OperationKind::kCreate:
      end_creation(connection, operation, end);
      break;
    case wire::OperationKind::kRestore:
    case wire::OperationKind::kUndo:
      if (operation.server) {
        // A refusal before the node began leaves the server as it was; a loss in the middle needs a look.
        const auto to =
            end.state == OperationState::kLost ? std::optional(wire::ServerStatus::kBackupRestoreFailed) : std::nullopt;
        ServerRepository(connection).change_status(*operation.server, wire::ServerStatus::kRestoringBackup, to);
      }
      break;
    case wire::OperationKind::kDelete:
      try_deletion_again(connection, operation, end.reason);
      break;
    case wire::OperationKind::kVerify:
      break;
  }
}

void Outcomes::end_creation(database::Connection& connection, const OperationRecord& operation, const BadEnd& end) {
  if (!operation.backup) return;
  BackupRepository backups(connection);
  auto backup = backups.find(*operation.backup);
  if (!backup) return;
  const Timestamp now = foundation_.clock.now();
  backup->state = backup_state_of(end.state);
  backup->error = end.reason;
  backup->completed = now;
  if (!backups.finish(*backup)) return;
  record_activity(connection, now, {},
                  {.event = "server:backup.fail",
                   .data = {{"uuid", backup->uuid.text()}, {"name", backup->name}, {"reason", end.reason}},
                   .server = backup->server});
}

void Outcomes::try_deletion_again(database::Connection& connection, const OperationRecord& operation,
                                  const std::string& reason) {
  if (!operation.backup) return;
  BackupRepository backups(connection);
  const auto backup = backups.find(*operation.backup);
  if (!backup) return;
  const Timestamp now = foundation_.clock.now();
  const auto failures = backups.note_failed_deletion(backup->uuid);
  if (failures >= kMaximumDeletionRetries) {
    record_activity(connection, now, {},
                    {.event = "server:backup.delete-failed",
                     .data = {{"uuid", backup->uuid.text()}, {"name", backup->name}, {"reason", reason}},
                     .server = backup->server});
    return;
  }
  OperationRepository(connection)
      .insert({.uuid = OperationId::random(),
               .kind = operation.kind,
               .backup = backup->uuid,
               .server = backup->server,
               .node = backup->node,
               .requested_by = operation.requested_by,
               .fence = next_value(connection, kFenceCounter),
               .command = operation.command,
               .next_attempt = now + wait_after(failures),
               .created = now});
}

void Outcomes::forget_backup(database::Connection& connection, BackupId id, const Actor& actor) {
  const auto backup = BackupRepository(connection).find(id);
  if (!backup) return;
  const Timestamp now = foundation_.clock.now();
  BackupRepository(connection).mark_deleted(id, now);
  record_activity(connection, now, actor,
                  {.event = "server:backup.deleted",
                   .data = {{"uuid", id.text()}, {"name", backup->name}},
                   .server = backup->server});
  // A configuration or node that was deleted by force stayed only for its backups.
  if (backup->configuration && ConfigurationRepository(connection).remove_if_abandoned(*backup->configuration)) {
    secrets_.remove_all(connection, "backup_configurations", backup->configuration->text());
  }
  if (NodeRepository(connection).remove_if_abandoned(backup->node)) {
    secrets_.remove_all(connection, "nodes", backup->node.text());
  }
}

void Outcomes::refused(const OperationRecord& operation, const std::string& reason) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation, {.state = OperationState::kFailed, .reason = reason});
  });
}

void Outcomes::cancelled_before_start(const OperationRecord& operation) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation,
                       {.state = OperationState::kCancelled, .reason = "cancelled before it began"});
  });
}

void Outcomes::lost(const OperationRecord& operation, const std::string& reason) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    end_unsuccessfully(connection, operation, {.state = OperationState::kLost, .reason = reason});
  });
  progress_.forget(operation.node, operation.uuid);
}

void Outcomes::deleted(OperationId id) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto operation = OperationRepository(connection).find(id);
    if (!operation || !operation->backup) return;
    const Timestamp now = foundation_.clock.now();
    if (OperationRepository(connection).finish(id, OperationState::kSucceeded, now, std::nullopt, std::nullopt)) {
      forget_backup(connection, *operation->backup, {});
    }
  });
}

}  // namespace strata::panel
