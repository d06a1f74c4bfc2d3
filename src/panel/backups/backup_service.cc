#include "strata/panel/backups/backup_service.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/backups/dispatcher.h"
#include "strata/panel/configurations/assignments.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/schema/counters.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {
namespace {

/// "2026-08-22 14:07:53 +0200": what the reference names a backup that nobody named.
std::string default_name(Timestamp now) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
  return fmt::format("{:%Y-%m-%d %H:%M:%S %z}", fmt::localtime(seconds));
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  if (!text.empty()) text.pop_back();
  return text;
}

OperationRecord new_operation(database::Connection& connection, wire::OperationKind kind, const BackupRecord& backup,
                              const Actor& actor, Timestamp now, std::string command) {
  return {.uuid = OperationId::random(),
          .kind = kind,
          .backup = backup.uuid,
          .server = backup.server,
          .node = backup.node,
          .requested_by = actor.user,
          .fence = next_value(connection, kFenceCounter),
          .command = std::move(command),
          .next_attempt = now,
          .created = now};
}

}  // namespace

void require_no_maintenance(database::Connection& connection, const BackupRecord& backup, std::string_view action,
                            Audience audience) {
  if (!backup.configuration) return;
  const auto configuration = ConfigurationRepository(connection).find_with_deleted(*backup.configuration);
  if (configuration && configuration->maintenance_enabled) {
    throw Error(ErrorKind::kRefused, maintenance_refusal(action, configuration->name, audience));
  }
}

void require_usable_backup(const BackupRecord& backup, std::string_view participle) {
  if (backup.deleting) throw Error(ErrorKind::kRefused, "backup is being deleted");
  if (!backup.ended()) throw Error(ErrorKind::kRefused, "backup has not been completed yet");
  if (!backup.successful)
    throw Error(ErrorKind::kRefused, fmt::format("backup has failed and cannot be {}", participle));
}

BackupService::BackupService(const Foundation& foundation, LiveProgress& progress, Dispatcher& dispatcher)
    : foundation_(foundation), progress_(progress), dispatcher_(dispatcher) {}

wire::Backup BackupService::view(const BackupRecord& backup) const {
  wire::Backup shown;
  shown.uuid = backup.uuid;
  shown.name = backup.name;
  shown.ignored_files = backup.ignored_files;
  shown.is_successful = backup.successful;
  shown.is_locked = backup.locked;
  shown.is_browsable = backup.browsable;
  shown.is_streaming = backup.streaming;
  shown.checksum = backup.checksum;
  shown.bytes = backup.bytes;
  shown.files = backup.files;
  shown.metadata = boost::json::object{};
  if (backup.deleting)
    shown.deletion_status = backup.deletion_retries < kMaximumDeletionRetries ? "deleting" : "failed";
  shown.completed = backup.completed;
  shown.created = backup.created;
  shown.state = backup.state;
  shown.error = backup.error;
  shown.warnings_count = backup.warnings_count;
  shown.warnings = backup.warnings;
  shown.disk = backup.disk;
  shown.archive_format = backup.archive_format;
  shown.content_bytes = backup.content_bytes;
  shown.verified = backup.verified;
  if (!backup.ended()) {
    shown.progress = progress_.of(backup.node, backup.operation, wire::OperationKind::kCreate, backup.created);
  }
  return shown;
}

wire::Page<wire::Backup> BackupService::list(ServerId server, const wire::PageQuery& query) {
  database::Transaction snapshot(foundation_.database, database::Transaction::Mode::kRead);
  const auto records = BackupRepository(snapshot.connection()).list_of_server(server, query);
  wire::Page<wire::Backup> page{.total = records.total, .per_page = records.per_page, .page = records.page};
  for (const auto& record : records.data) page.data.push_back(view(record));
  return page;
}

wire::Backup BackupService::show(ServerId server, BackupId id) {
  database::Transaction snapshot(foundation_.database, database::Transaction::Mode::kRead);
  const auto record = BackupRepository(snapshot.connection()).get_of_server(id, server);
  const auto running = OperationRepository(snapshot.connection()).unfinished_of_backup(id);
  auto shown = view(record);
  if (running) shown.progress = progress_.of(running->node, running->uuid, running->kind, running->created);
  return shown;
}

wire::Backup BackupService::create(const ServerAccess& access, const Actor& actor, Audience audience,
                                   const wire::CreateBackup& request) {
  const ServerId server = access.server.uuid;
  const auto record = database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    const Timestamp now = foundation_.clock.now();
    ServerRepository servers(connection);
    servers.lock(server);
    const auto current = servers.get(server);
    BackupRepository backups(connection);
    const auto resolution = resolve(load_assignments(connection, server));
    const auto& configuration = require_usable(resolution, audience);
    if (backups.count_of_server(server) >= current.feature_limits.backups) {
      throw Error(ErrorKind::kRefused, "maximum number of backups reached");
    }

    BackupRecord backup;
    backup.uuid = BackupId::random();
    backup.server = server;
    backup.node = current.node;
    backup.configuration = configuration.uuid;
    backup.name = request.name.value_or(default_name(now));
    backup.server_name = current.name;
    backup.shared = configuration.shared;
    backup.ignored_files = request.ignored_files;
    backup.disk = configuration.backup_disk;
    backup.created = now;
    const wire::CreateBackupCommand command{.adapter = wire::adapter_of(configuration.backup_disk),
                                            .uuid = backup.uuid,
                                            .ignore = joined(request.ignored_files),
                                            .name = backup.name,
                                            .configuration = configuration.uuid};
    const auto operation =
        new_operation(connection, wire::OperationKind::kCreate, backup, actor, now, describe::to_text(command));
    backup.operation = operation.uuid;
    backup.fence = operation.fence;
    backups.insert(backup);
    OperationRepository(connection).insert(operation);
    record_activity(
        connection, now, actor,
        {.event = "server:backup.create",
         .data = {{"uuid", backup.uuid.text()}, {"name", backup.name}, {"configuration", configuration.name}},
         .server = server});
    return backup;
  });
  dispatcher_.wake();
  return view(record);
}

void BackupService::rename_or_lock(ServerId server, BackupId id, const Actor& actor,
                                   const wire::UpdateBackup& request) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    BackupRepository backups(connection);
    const auto backup = backups.get_of_server(id, server);
    boost::json::object changed{{"uuid", id.text()}};
    if (request.name) {
      backups.rename(id, *request.name);
      changed["name"] = *request.name;
    }
    if (request.locked) {
      backups.set_locked(id, *request.locked);
      changed["locked"] = *request.locked;
    }
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "server:backup.update", .data = std::move(changed), .server = server});
  });
}

void BackupService::remove(ServerId server, BackupId id, const Actor& actor, Audience audience) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const Timestamp now = foundation_.clock.now();
    ServerRepository(connection).lock(server);
    BackupRepository backups(connection);
    const auto backup = backups.get_of_server(id, server);
    if (!backup.ended()) throw Error(ErrorKind::kRefused, "backup has not been completed yet");
    if (backup.locked) throw Error(ErrorKind::kRefused, "backup is locked and cannot be deleted");
    require_no_maintenance(connection, backup, "delete backup", audience);
    const auto status = ServerRepository(connection).get(server).status;
    const auto running = OperationRepository(connection).unfinished_of_backup(id);
    if (running && running->kind == wire::OperationKind::kRestore && status == wire::ServerStatus::kRestoringBackup) {
      throw Error(ErrorKind::kConflict, "server is restoring from this backup");
    }
    if (!backups.claim_deletion(id, now)) throw Error(ErrorKind::kRefused, "backup is already being deleted");
    const wire::DeleteBackupCommand command{.adapter = wire::adapter_of(backup.disk), .server = backup.server};
    OperationRepository(connection)
        .insert(
            new_operation(connection, wire::OperationKind::kDelete, backup, actor, now, describe::to_text(command)));
    record_activity(
        connection, now, actor,
        {.event = "server:backup.delete", .data = {{"uuid", id.text()}, {"name", backup.name}}, .server = server});
  });
  dispatcher_.wake();
}

void BackupService::delete_all(database::Connection& connection, ServerId server, const Actor& actor) {
  const Timestamp now = foundation_.clock.now();
  BackupRepository backups(connection);
  for (const auto& backup : backups.all_of_server(server)) {
    if (!backups.claim_deletion(backup.uuid, now)) continue;  // under way already
    const wire::DeleteBackupCommand command{.adapter = wire::adapter_of(backup.disk), .server = backup.server};
    OperationRepository(connection)
        .insert(
            new_operation(connection, wire::OperationKind::kDelete, backup, actor, now, describe::to_text(command)));
    record_activity(connection, now, actor,
                    {.event = "server:backup.delete",
                     .data = {{"uuid", backup.uuid.text()}, {"name", backup.name}},
                     .server = server});
  }
}

void BackupService::wake() {
  dispatcher_.wake();
}

void BackupService::cancel(ServerId server, BackupId id, const Actor& actor) {
  const auto operation = database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto backup = BackupRepository(connection).get_of_server(id, server);
    OperationRepository operations(connection);
    const auto running = operations.unfinished_of_backup(backup.uuid);
    if (!running || running->kind == wire::OperationKind::kDelete)
      throw Error(ErrorKind::kConflict, "nothing runs for this backup that could be cancelled");
    operations.request_cancel(running->uuid);
    record_activity(
        connection, foundation_.clock.now(), actor,
        {.event = "server:backup.cancel", .data = {{"uuid", id.text()}, {"name", backup.name}}, .server = server});
    return *running;
  });
  dispatcher_.cancel_now(operation);
}

void BackupService::verify(ServerId server, BackupId id, const Actor& actor) {
  database::run_in_transaction(foundation_.database, [&](database::Connection& connection) {
    const Timestamp now = foundation_.clock.now();
    const auto backup = BackupRepository(connection).get_of_server(id, server);
    require_usable_backup(backup, "verified");
    OperationRepository operations(connection);
    const auto running = operations.unfinished_of_backup(id);
    if (running && running->kind == wire::OperationKind::kVerify) return;  // asked twice is asked once
    const wire::VerifyBackupCommand command{.adapter = wire::adapter_of(backup.disk), .server = backup.server};
    operations.insert(
        new_operation(connection, wire::OperationKind::kVerify, backup, actor, now, describe::to_text(command)));
    record_activity(
        connection, now, actor,
        {.event = "server:backup.verify", .data = {{"uuid", id.text()}, {"name", backup.name}}, .server = server});
  });
  dispatcher_.wake();
}

}  // namespace strata::panel
