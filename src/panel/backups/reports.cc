#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/backups/outcomes.h"
#include "strata/panel/servers/server_repository.h"

/// The half of Outcomes that nodes speak to.
namespace strata::panel {
namespace {

template <class Report>
std::string digest_of(const Report& report) {
  return hex(crypto::sha256(describe::to_text(report)));
}

/// True when this result is stored already; kConflict when another one is.
bool is_repetition(const std::optional<std::string>& stored, const std::string& digest) {
  if (!stored) return false;
  if (*stored != digest) throw Error(ErrorKind::kConflict, "another result of this operation is stored already");
  return true;
}

void require_not_stale(std::uint64_t reported, std::uint64_t current) {
  if (reported != 0 && reported < current)
    throw Error(ErrorKind::kConflict,
                fmt::format("a newer attempt (fence {}) has replaced this one (fence {})", current, reported));
}

OperationState state_of(bool successful, bool cancelled) {
  if (successful) return OperationState::kSucceeded;
  return cancelled ? OperationState::kCancelled : OperationState::kFailed;
}

ServerRecord server_of_node(database::Connection& connection, ServerId id, NodeId node) {
  const auto server = ServerRepository(connection).find(id);
  if (!server || server->node != node) throw Error(ErrorKind::kNotFound, "server not found");
  return *server;
}

/// The end of a restore or an undo: only what that operation has locked is unlocked.
void release_server(database::Connection& connection, ServerId server, bool as_before) {
  ServerRepository(connection)
      .change_status(server, wire::ServerStatus::kRestoringBackup,
                     as_before ? std::nullopt : std::optional(wire::ServerStatus::kBackupRestoreFailed));
}

}  // namespace

void Outcomes::report_backup(NodeId node, BackupId id, const Actor& actor, const wire::BackupReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    auto backup = backups.get_of_node(id, node);
    require_not_stale(report.fence, backup.fence);
    if (is_repetition(backup.report_digest, digest)) return;
    const bool late_good_news = backup.state == wire::BackupState::kLost && report.successful;
    if (backup.ended() && !late_good_news) {
      // Ended by the Panel itself (refused, given up): there is no news in a failure.
      if (!report.successful) return;
      throw Error(ErrorKind::kConflict, "this backup has ended already");
    }
    const Timestamp now = foundation_.clock.now();
    backup.report_digest = digest;
    backup.completed = now;
    backup.successful = report.successful;
    backup.error = report.error;
    backup.warnings_count = report.warnings_count;
    backup.warnings = report.warnings;
    if (report.successful) {
      backup.state =
          report.warnings_count > 0 ? wire::BackupState::kCompletedWithWarnings : wire::BackupState::kCompleted;
      backup.checksum = report.checksum_type + ":" + report.checksum;
      backup.bytes = report.size;
      backup.files = report.files;
      backup.browsable = report.browsable;
      backup.streaming = report.streaming;
      backup.archive_format = report.archive_format;
      backup.manifest_hash = report.manifest_hash;
      backup.content_bytes = report.content_bytes;
    } else {
      backup.state = report.cancelled ? wire::BackupState::kCancelled : wire::BackupState::kFailed;
      if (!backup.error) backup.error = "the node reported a failure without a reason";
    }
    backups.finish(backup);
    OperationRepository(connection)
        .finish(backup.operation, state_of(report.successful, report.cancelled), now, report.error, digest);
    record_activity(connection, now, actor,
                    {.event = report.successful ? "server:backup.complete" : "server:backup.fail",
                     .data = {{"uuid", id.text()}, {"name", backup.name}},
                     .server = backup.server});
  });
  if (report.operation) progress_.forget(*report.operation);
}

void Outcomes::report_restore(NodeId node, BackupId id, const Actor& actor, const wire::RestoreReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto backup = BackupRepository(connection).find(id);
    const auto server_id = report.server_uuid ? report.server_uuid : backup ? backup->server : std::nullopt;
    if (!server_id) throw Error(ErrorKind::kNotFound, "server uuid not found");
    const auto server = server_of_node(connection, *server_id, node);
    OperationRepository operations(connection);
    const auto operation = report.operation ? operations.find(*report.operation)
                                            : operations.newest_of_server(*server_id, {wire::OperationKind::kRestore});
    const Timestamp now = foundation_.clock.now();
    if (operation && operation->server == server_id) {
      require_not_stale(report.fence, operation->fence);
      if (is_repetition(operation->result_digest, digest)) return;
    }
    const bool restoring = server.status == wire::ServerStatus::kRestoringBackup;
    const bool found_later = operation && operation->state == OperationState::kLost;
    if (!restoring && !found_later) throw Error(ErrorKind::kRefused, "server is not restoring a backup");
    if (operation && operation->server == server_id) {
      operations.finish(operation->uuid, state_of(report.successful, report.cancelled), now, report.error, digest,
                        report.warnings_count, report.warnings);
    }
    // A cancelled restore has touched nothing.
    release_server(connection, *server_id, report.successful || report.cancelled);
    if (report.successful && report.undo_until)
      ServerRepository(connection).set_undo(*server_id, report.operation, report.undo_until);
    record_activity(connection, now, actor,
                    {.event = report.successful ? "server:backup.restore-completed" : "server:backup.restore-failed",
                     .data = {{"uuid", id.text()}},
                     .server = *server_id});
  });
  if (report.operation) progress_.forget(*report.operation);
}

void Outcomes::report_undo(NodeId node, ServerId server, const Actor& actor, const wire::UndoReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    server_of_node(connection, server, node);
    OperationRepository operations(connection);
    const auto operation = report.operation ? operations.find(*report.operation)
                                            : operations.newest_of_server(server, {wire::OperationKind::kUndo});
    if (!operation || operation->server != server) throw Error(ErrorKind::kNotFound, "operation not found");
    require_not_stale(report.fence, operation->fence);
    if (is_repetition(operation->result_digest, digest)) return;
    const Timestamp now = foundation_.clock.now();
    operations.finish(operation->uuid, state_of(report.successful, false), now, report.error, digest);
    release_server(connection, server, report.successful);
    ServerRepository(connection)
        .set_undo(server, report.undo_until ? report.operation : std::nullopt, report.undo_until);
    record_activity(connection, now, actor,
                    {.event = report.successful ? "server:backup.undo-completed" : "server:backup.undo-failed",
                     .data = {},
                     .server = server});
  });
  if (report.operation) progress_.forget(*report.operation);
}

void Outcomes::report_deletion(NodeId node, BackupId id, const Actor& actor, const wire::DeletionReport& report) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    const auto backup = backups.find(id);
    if (!backup) return;  // deleted already: told twice
    if (backup->node != node) throw Error(ErrorKind::kNotFound, "backup not found");
    if (!backup->deleting) throw Error(ErrorKind::kRefused, "backup is not being deleted");
    const Timestamp now = foundation_.clock.now();
    OperationRepository operations(connection);
    const auto operation = report.operation ? operations.find(*report.operation) : operations.unfinished_of_backup(id);
    if (!report.successful) {
      if (operation && !operation->ended()) {
        end_unsuccessfully(connection, *operation, OperationState::kFailed, wire::BackupState::kFailed,
                           report.error.value_or("the node could not delete the backup"));
      }
      return;
    }
    if (operation) operations.finish(operation->uuid, OperationState::kSucceeded, now, std::nullopt, digest_of(report));
    backups.mark_deleted(id, now);
    record_activity(connection, now, actor,
                    {.event = "server:backup.deleted",
                     .data = {{"uuid", id.text()}, {"name", backup->name}},
                     .server = backup->server});
  });
}

void Outcomes::report_verification(NodeId node, BackupId id, const Actor& actor,
                                   const wire::VerificationReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    const auto backup = backups.get_of_node(id, node);
    OperationRepository operations(connection);
    const auto operation = report.operation ? operations.find(*report.operation) : operations.unfinished_of_backup(id);
    const Timestamp now = foundation_.clock.now();
    if (operation) {
      if (is_repetition(operation->result_digest, digest)) return;
      operations.finish(operation->uuid, state_of(!report.error, false), now, report.error, digest);
    }
    if (report.error) return;  // it could not be read now: that says nothing about the backup
    backups.set_verified(
        id, {.intact = report.intact, .time = now, .damage = report.damage, .hashes_compared = report.hashes_compared});
    record_activity(connection, now, actor,
                    {.event = report.intact ? "server:backup.verified" : "server:backup.damaged",
                     .data = {{"uuid", id.text()}, {"name", backup.name}},
                     .server = backup.server});
  });
  if (report.operation) progress_.forget(*report.operation);
}

}  // namespace strata::panel
