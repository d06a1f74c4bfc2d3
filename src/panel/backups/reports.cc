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

/// The operation that a report names, when it is one of this kind and node; kNotFound when there is none.
OperationRecord operation_of(OperationRepository& operations, OperationId id, wire::OperationKind kind, NodeId node) {
  auto operation = operations.find(id);
  if (!operation || operation->kind != kind || operation->node != node)
    throw Error(ErrorKind::kNotFound, "operation not found");
  return std::move(*operation);
}

/// True for a report that changes nothing: it was taken before, or tells of the failure of what the Panel itself has
/// ended (refused, given up). kConflict when it contradicts. A lost operation may still succeed.
bool is_no_news(const OperationRecord& operation, bool successful, const std::string& digest) {
  if (is_repetition(operation.result_digest, digest)) return true;
  if (!operation.ended() || (operation.state == OperationState::kLost && successful)) return false;
  if (!successful) return true;
  throw Error(ErrorKind::kConflict, "this operation has ended already");
}

/// Releases the server that a restore or undo (absent: a reference node's) has locked. False, with nothing changed,
/// when a newer one has begun since: the server is that one's now.
bool release_server(database::Connection& connection, ServerId id, const std::optional<OperationRecord>& operation,
                    bool is_usable) {
  if (operation) {
    const auto newest = OperationRepository(connection)
                            .newest_of_server(id, {wire::OperationKind::kRestore, wire::OperationKind::kUndo});
    if (newest && newest->uuid != operation->uuid) return false;
  }
  const bool was_lost = operation && operation->state == OperationState::kLost;
  ServerRepository(connection)
      .change_status(id, was_lost ? wire::ServerStatus::kBackupRestoreFailed : wire::ServerStatus::kRestoringBackup,
                     is_usable ? std::nullopt : std::optional(wire::ServerStatus::kBackupRestoreFailed));
  return true;
}

}  // namespace

void Outcomes::report_backup(NodeId node, BackupId id, const Actor& actor, const wire::BackupReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    auto backup = backups.get_of_node(id, node);
    require_not_stale(report.fence, backup.fence);
    if (report.operation && *report.operation != backup.operation)
      throw Error(ErrorKind::kNotFound, "operation not found");
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
  if (report.operation) progress_.forget(node, *report.operation);
}

void Outcomes::report_restore(NodeId node, BackupId id, const Actor& actor, const wire::RestoreReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto backup = BackupRepository(connection).find(id);
    const auto server_id = report.server_uuid ? report.server_uuid : backup ? backup->server : std::nullopt;
    if (!server_id) throw Error(ErrorKind::kNotFound, "server uuid not found");
    const auto server = server_of_node(connection, *server_id, node);
    OperationRepository operations(connection);
    const auto operation = report.operation
                               ? operation_of(operations, *report.operation, wire::OperationKind::kRestore, node)
                               : operations.newest_of_server(*server_id, {wire::OperationKind::kRestore});
    if (operation) {
      if (operation->server != server_id) throw Error(ErrorKind::kNotFound, "operation not found");
      require_not_stale(report.fence, operation->fence);
      if (is_no_news(*operation, report.successful, digest)) return;
    } else if (server.status != wire::ServerStatus::kRestoringBackup) {
      throw Error(ErrorKind::kRefused, "server is not restoring a backup");
    }
    const Timestamp now = foundation_.clock.now();
    // A cancelled restore has touched nothing.
    const bool decides = release_server(connection, *server_id, operation, report.successful || report.cancelled);
    if (decides && report.successful && report.undo_until)
      ServerRepository(connection).set_undo(*server_id, report.operation, report.undo_until);
    if (operation) {
      operations.finish(operation->uuid, state_of(report.successful, report.cancelled), now, report.error, digest,
                        report.warnings_count, report.warnings);
    }
    record_activity(connection, now, actor,
                    {.event = report.successful ? "server:backup.restore-completed" : "server:backup.restore-failed",
                     .data = {{"uuid", id.text()}},
                     .server = *server_id});
  });
  if (report.operation) progress_.forget(node, *report.operation);
}

void Outcomes::report_undo(NodeId node, ServerId server, const Actor& actor, const wire::UndoReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    server_of_node(connection, server, node);
    if (!report.operation) throw Error(ErrorKind::kNotFound, "operation not found");
    OperationRepository operations(connection);
    const auto operation = operation_of(operations, *report.operation, wire::OperationKind::kUndo, node);
    if (operation.server != server) throw Error(ErrorKind::kNotFound, "operation not found");
    require_not_stale(report.fence, operation.fence);
    if (is_no_news(operation, report.successful, digest)) return;
    const Timestamp now = foundation_.clock.now();
    const bool decides = release_server(connection, server, operation, report.successful || report.cancelled);
    // A failed undo leaves what it would have put back.
    if (decides && (report.successful || report.undo_until)) {
      ServerRepository(connection)
          .set_undo(server, report.undo_until ? report.operation : std::nullopt, report.undo_until);
    }
    operations.finish(operation.uuid, state_of(report.successful, report.cancelled), now, report.error, digest);
    record_activity(connection, now, actor,
                    {.event = report.successful ? "server:backup.undo-completed" : "server:backup.undo-failed",
                     .data = {},
                     .server = server});
  });
  if (report.operation) progress_.forget(node, *report.operation);
}

void Outcomes::report_deletion(NodeId node, BackupId id, const Actor& actor, const wire::DeletionReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    if (backups.was_deleted(id, node)) return;  // told twice
    const auto backup = backups.get_of_node(id, node);
    OperationRepository operations(connection);
    std::optional<OperationRecord> operation;
    if (report.operation) {
      operation = operation_of(operations, *report.operation, wire::OperationKind::kDelete, node);
      if (operation->backup != id) throw Error(ErrorKind::kNotFound, "operation not found");
      if (is_repetition(operation->result_digest, digest)) return;
    } else {
      operation = operations.unfinished_of_backup(id);
      if (operation && operation->kind != wire::OperationKind::kDelete) operation.reset();
    }
    if (!backup.deleting) throw Error(ErrorKind::kRefused, "backup is not being deleted");
    if (!report.successful) {
      if (operation) {
        end_unsuccessfully(connection, *operation,
                           {.state = OperationState::kFailed,
                            .reason = report.error.value_or("the node could not delete the backup"),
                            .digest = digest});
      }
      return;
    }
    if (operation) {
      operations.finish(operation->uuid, OperationState::kSucceeded, foundation_.clock.now(), std::nullopt, digest);
    }
    forget_backup(connection, id, actor);
  });
  if (report.operation) progress_.forget(node, *report.operation);
}

void Outcomes::report_verification(NodeId node, BackupId id, const Actor& actor,
                                   const wire::VerificationReport& report) {
  const std::string digest = digest_of(report);
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    const auto backup = backups.get_of_node(id, node);
    if (!report.operation) throw Error(ErrorKind::kNotFound, "operation not found");
    OperationRepository operations(connection);
    const auto operation = operation_of(operations, *report.operation, wire::OperationKind::kVerify, node);
    if (operation.backup != id) throw Error(ErrorKind::kNotFound, "operation not found");
    if (is_no_news(operation, !report.error, digest)) return;
    const Timestamp now = foundation_.clock.now();
    operations.finish(operation.uuid, state_of(!report.error, false), now, report.error, digest);
    boost::json::object facts{{"uuid", id.text()}, {"name", backup.name}};
    std::string_view event = report.intact ? "server:backup.verified" : "server:backup.damaged";
    if (report.error) {
      // It could not be read now: that says nothing about the backup.
      event = "server:backup.verify-failed";
      facts["reason"] = *report.error;
    } else {
      backups.set_verified(
          id,
          {.intact = report.intact, .time = now, .damage = report.damage, .hashes_compared = report.hashes_compared});
    }
    record_activity(connection, now, actor, {.event = event, .data = std::move(facts), .server = backup.server});
  });
  if (report.operation) progress_.forget(node, *report.operation);
}

}  // namespace strata::panel
