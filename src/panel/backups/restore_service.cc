#include "strata/panel/backups/restore_service.h"

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/backups/backup_service.h"
#include "strata/panel/backups/dispatcher.h"
#include "strata/panel/schema/counters.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {
namespace {

/// Locks the server for a restore or undo; the caller's transaction commits the command with it.
void begin(database::Connection& connection, OperationRecord& operation, Timestamp now) {
  ServerRepository servers(connection);
  servers.lock(*operation.server);
  if (!servers.change_status(*operation.server, std::nullopt, wire::ServerStatus::kRestoringBackup)) {
    throw Error(ErrorKind::kRefused, "server is not in a valid state to restore backup.");
  }
  operation.uuid = OperationId::random();
  operation.fence = next_value(connection, kFenceCounter);
  operation.created = now;
  // Sent by this thread; the dispatcher takes over when the node does not answer.
  operation.next_attempt = now + std::chrono::seconds(90);
  OperationRepository(connection).insert(operation);
}

std::string state_text(const OperationRecord& operation) {
  switch (operation.state) {
    case OperationState::kPending:
    case OperationState::kAccepted:
      return "running";
    case OperationState::kSucceeded:
      return operation.warnings_count > 0 ? "completed_with_warnings" : "completed";
    case OperationState::kFailed:
    case OperationState::kCancelled:
    case OperationState::kLost:
      return "failed";
  }
  return "failed";
}

}  // namespace

RestoreService::RestoreService(const Foundation& foundation, LiveProgress& progress, Dispatcher& dispatcher)
    : foundation_(foundation), progress_(progress), dispatcher_(dispatcher) {}

void RestoreService::restore(ServerId server, BackupId id, const Actor& actor, Audience audience,
                             const wire::RestoreBackup& request) {
  const auto operation = database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    const Timestamp now = foundation_.clock.now();
    const auto backup = BackupRepository(connection).get_of_server(id, server);
    require_usable_backup(backup, "restored");
    require_no_maintenance(connection, backup, "restore backup", audience);
    const wire::RestoreBackupCommand command{.adapter = wire::adapter_of(backup.disk),
                                             .truncate_directory = request.truncate_directory,
                                             .keep_ignored = request.keep_ignored,
                                             .force = request.force};
    OperationRecord made{.kind = wire::OperationKind::kRestore,
                         .backup = id,
                         .server = server,
                         .node = backup.node,
                         .requested_by = actor.user,
                         .command = describe::to_text(command)};
    begin(connection, made, now);
    record_activity(
        connection, now, actor,
        {.event = "server:backup.restore",
         .data = {{"uuid", id.text()}, {"name", backup.name}, {"truncate_directory", request.truncate_directory}},
         .server = server});
    return made;
  });
  dispatcher_.send_now(operation);
}

void RestoreService::undo(ServerId server, const Actor& actor, const wire::UndoRestore& request) {
  const auto operation = database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    const Timestamp now = foundation_.clock.now();
    const auto record = ServerRepository(connection).get(server);
    if (!record.undo_until || *record.undo_until <= now)
      throw Error(ErrorKind::kNotFound, "there is no restore of this server that could be undone");
    const wire::UndoRestoreCommand command{.force = request.force};
    OperationRecord made{.kind = wire::OperationKind::kUndo,
                         .server = server,
                         .node = record.node,
                         .requested_by = actor.user,
                         .command = describe::to_text(command)};
    begin(connection, made, now);
    record_activity(connection, now, actor, {.event = "server:backup.undo-restore", .data = {}, .server = server});
    return made;
  });
  dispatcher_.send_now(operation);
}

void RestoreService::unlock(ServerId server, const Actor& actor) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    if (!ServerRepository(connection).change_status(server, wire::ServerStatus::kBackupRestoreFailed, std::nullopt)) {
      throw Error(ErrorKind::kConflict, "server has not failed a backup restore");
    }
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "server:backup.unlock", .data = {}, .server = server});
  });
}

wire::RestoreStatus RestoreService::status(ServerId server) {
  database::Transaction snapshot(foundation_.database, database::Transaction::Mode::kRead);
  const auto record = ServerRepository(snapshot.connection()).get(server);
  const auto operation = OperationRepository(snapshot.connection())
                             .newest_of_server(server, {wire::OperationKind::kRestore, wire::OperationKind::kUndo});
  wire::RestoreStatus status;
  if (record.undo_until && *record.undo_until > foundation_.clock.now()) status.undo_until = record.undo_until;
  if (!operation) return status;
  status.backup = operation->backup;
  status.state = state_text(*operation);
  status.error = operation->error;
  status.warnings_count = operation->warnings_count;
  status.warnings = operation->warnings;
  if (!operation->ended())
    status.progress = progress_.of(operation->node, operation->uuid, operation->kind, operation->created);
  return status;
}

}  // namespace strata::panel
