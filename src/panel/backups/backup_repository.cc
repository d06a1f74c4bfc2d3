#include "strata/panel/backups/backup_repository.h"

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/describe/json.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {
namespace {

// Without `warnings`: up to 1,000 sentences that a list does not show.
constexpr std::string_view kColumns =
    "uuid, server_uuid, node_uuid, backup_configuration_uuid, name, server_name, successful, browsable, streaming, "
    "shared, locked, "
    "ignored_files, checksum, bytes, files, disk, state, error, warnings_count, operation_uuid, fence, report_digest, "
    "archive_format, "
    "manifest_hash, content_bytes, verified_at, verify_result, verify_damage, completed, deleting, deletion_retries, "
    "created";

std::string select(std::string_view rest, std::string_view more_columns = {}) {
  return "select " + std::string(kColumns) + std::string(more_columns) +
         " from server_backups where deleted is null and " + std::string(rest);
}

template <class Enum>
Enum enum_column(const database::Row& row, std::string_view column) {
  const auto value = describe::enum_of<Enum>(row.text(column));
  if (!value) throw Error(ErrorKind::kCorrupt, "server_backups holds an unknown " + std::string(column));
  return *value;
}

// The verification's flags are one text, so that they cannot disagree: "intact", "intact-counted", "damaged".
constexpr std::string_view kIntact = "intact";
constexpr std::string_view kIntactCounted = "intact-counted";
constexpr std::string_view kDamaged = "damaged";

std::optional<wire::Verification> read_verification(const database::Row& row) {
  const auto time = row.optional_time("verified_at");
  if (!time) return std::nullopt;
  const auto result = row.optional_text("verify_result").value_or("");
  return wire::Verification{.intact = result != kDamaged,
                            .time = *time,
                            .damage = describe::parse<std::vector<std::string>>(row.text("verify_damage")),
                            .hashes_compared = result != kIntactCounted};
}

BackupRecord read(const database::Row& row) {
  BackupRecord backup;
  backup.uuid = row.id<BackupId>("uuid");
  backup.server = row.optional_id<ServerId>("server_uuid");
  backup.node = row.id<NodeId>("node_uuid");
  backup.configuration = row.optional_id<ConfigurationId>("backup_configuration_uuid");
  backup.name = row.text("name");
  backup.server_name = row.text("server_name");
  backup.successful = row.boolean("successful");
  backup.browsable = row.boolean("browsable");
  backup.streaming = row.boolean("streaming");
  backup.shared = row.boolean("shared");
  backup.locked = row.boolean("locked");
  backup.ignored_files = describe::parse<std::vector<std::string>>(row.text("ignored_files"), 8_MiB);
  backup.checksum = row.optional_text("checksum");
  backup.bytes = static_cast<Bytes>(row.integer("bytes"));
  backup.files = static_cast<std::uint64_t>(row.integer("files"));
  backup.disk = enum_column<wire::BackupDisk>(row, "disk");
  backup.state = enum_column<wire::BackupState>(row, "state");
  backup.error = row.optional_text("error");
  backup.warnings_count = static_cast<std::uint64_t>(row.integer("warnings_count"));
  backup.operation = row.optional_id<OperationId>("operation_uuid").value_or(OperationId());
  backup.fence = static_cast<std::uint64_t>(row.integer("fence"));
  backup.report_digest = row.optional_text("report_digest");
  backup.archive_format = row.optional_text("archive_format");
  backup.manifest_hash = row.optional_text("manifest_hash");
  backup.content_bytes = static_cast<Bytes>(row.integer("content_bytes"));
  backup.verified = read_verification(row);
  backup.completed = row.optional_time("completed");
  backup.deleting = row.optional_time("deleting");
  backup.deletion_retries = row.integer("deletion_retries");
  backup.created = row.time("created");
  return backup;
}

}  // namespace

std::optional<BackupRecord> BackupRepository::find(BackupId id) {
  const auto row = connection_.query_optional(select("uuid = :id", ", warnings"), {{"id", id}});
  if (!row) return std::nullopt;
  BackupRecord backup = read(*row);
  backup.warnings = describe::parse<std::vector<wire::PathWarning>>(row->text("warnings"), 16_MiB);
  return backup;
}

BackupRecord BackupRepository::get_of_server(BackupId id, ServerId server) {
  auto backup = find(id);
  if (!backup || backup->server != server) throw Error(ErrorKind::kNotFound, "backup not found");
  return std::move(*backup);
}

BackupRecord BackupRepository::get_of_node(BackupId id, NodeId node) {
  auto backup = find(id);
  if (!backup || backup->node != node) throw Error(ErrorKind::kNotFound, "backup not found");
  return std::move(*backup);
}

bool BackupRepository::was_deleted(BackupId id, NodeId node) {
  return connection_
      .query_optional(
          "select 1 as found from server_backups where uuid = :id and node_uuid = :node and deleted is not null",
          {{"id", id}, {"node", node}})
      .has_value();
}

wire::Page<BackupRecord> BackupRepository::list_of_server(ServerId server, const wire::PageQuery& query) {
  ListConditions conditions;
  conditions.with("b.deleted is null")
      .with("b.system_backup_policy_uuid is null")
      .with("b.server_uuid = :server", {"server", server});
  return list_page(connection_, {.columns = kColumns, .table = "server_backups b", .joins = {}, .row = "b"},
                   std::move(conditions), query, read);
}

std::vector<BackupId> BackupRepository::ids_of_server(ServerId server) {
  std::vector<BackupId> ids;
  for (const auto& row : connection_.query("select uuid from server_backups where server_uuid = :server and deleted is "
                                           "null and successful = 1 order by created limit 10000",
                                           {{"server", server}})) {
    ids.push_back(row.id<BackupId>("uuid"));
  }
  return ids;
}

std::vector<BackupRecord> BackupRepository::all_of_server(ServerId server) {
  std::vector<BackupRecord> backups;
  for (const auto& row : connection_.query(select("server_uuid = :server order by created"), {{"server", server}}))
    backups.push_back(read(row));
  return backups;
}

std::int64_t BackupRepository::count_of_server(ServerId server) {
  return connection_
      .query_one(
          "select count(*) as total from server_backups where server_uuid = :server and deleted is null and "
          "system_backup_policy_uuid is null",
          {{"server", server}})
      .integer("total");
}

void BackupRepository::insert(const BackupRecord& backup) {
  connection_.execute(
      "insert into server_backups (uuid, server_uuid, node_uuid, backup_configuration_uuid, name, server_name, shared, "
      "ignored_files, disk, state, "
      "operation_uuid, fence, created) values (:uuid, :server, :node, :configuration, :name, :server_name, :shared, "
      ":ignored, :disk, :state, :operation, "
      ":fence, :created)",
      {{"uuid", backup.uuid},
       {"server", backup.server},
       {"node", backup.node},
       {"configuration", backup.configuration},
       {"name", backup.name},
       {"server_name", backup.server_name},
       {"shared", backup.shared},
       {"ignored", describe::to_text(backup.ignored_files)},
       {"disk", describe::text_of(backup.disk)},
       {"state", describe::text_of(backup.state)},
       {"operation", backup.operation},
       {"fence", backup.fence},
       {"created", backup.created}});
}

void BackupRepository::mark_running(BackupId id) {
  connection_.execute("update server_backups set state = 'running' where uuid = :id and state = 'pending'",
                      {{"id", id}});
}

bool BackupRepository::finish(const BackupRecord& backup) {
  const std::string_view allowed = backup.successful ? "(completed is null or state = 'lost')" : "completed is null";
  return connection_.execute(
             "update server_backups set state = :state, successful = :successful, browsable = :browsable, streaming = "
             ":streaming, checksum = :checksum, bytes = :bytes, "
             "files = :files, error = :error, warnings_count = :warnings_count, warnings = :warnings, report_digest = "
             ":digest, archive_format = :format, "
             "manifest_hash = :manifest, content_bytes = :content, completed = :completed where uuid = :uuid and "
             "deleted is null and " +
                 std::string(allowed),
             {{"uuid", backup.uuid},
              {"state", describe::text_of(backup.state)},
              {"successful", backup.successful},
              {"browsable", backup.browsable},
              {"streaming", backup.streaming},
              {"checksum", backup.checksum},
              {"bytes", backup.bytes},
              {"files", backup.files},
              {"error", backup.error},
              {"warnings_count", backup.warnings_count},
              {"warnings", describe::to_text(backup.warnings)},
              {"digest", backup.report_digest},
              {"format", backup.archive_format},
              {"manifest", backup.manifest_hash},
              {"content", backup.content_bytes},
              {"completed", backup.completed}}) == 1;
}

void BackupRepository::rename(BackupId id, const std::string& name) {
  connection_.execute("update server_backups set name = :name where uuid = :id", {{"id", id}, {"name", name}});
}

void BackupRepository::set_locked(BackupId id, bool locked) {
  connection_.execute("update server_backups set locked = :locked where uuid = :id", {{"id", id}, {"locked", locked}});
}

void BackupRepository::set_verified(BackupId id, const wire::Verification& verification) {
  const std::string_view result = !verification.intact           ? kDamaged
                                  : verification.hashes_compared ? kIntact
                                                                 : kIntactCounted;
  connection_.execute(
      "update server_backups set verified_at = :time, verify_result = :result, verify_damage = :damage where uuid = "
      ":id",
      {{"id", id},
       {"time", verification.time},
       {"result", result},
       {"damage", describe::to_text(verification.damage)}});
}

bool BackupRepository::claim_deletion(BackupId id, Timestamp now) {
  return connection_.execute(
             "update server_backups set deleting = :now, deletion_retries = 0 where uuid = :id and deleted is null and "
             "(deleting is null or deletion_retries >= :most)",
             {{"id", id}, {"now", now}, {"most", kMaximumDeletionRetries}}) == 1;
}

std::int64_t BackupRepository::note_failed_deletion(BackupId id) {
  connection_.execute("update server_backups set deletion_retries = deletion_retries + 1 where uuid = :id",
                      {{"id", id}});
  return connection_.query_one("select deletion_retries from server_backups where uuid = :id", {{"id", id}})
      .integer("deletion_retries");
}

void BackupRepository::mark_deleted(BackupId id, Timestamp now) {
  connection_.execute("update server_backups set deleted = :now, deleting = null where uuid = :id and deleted is null",
                      {{"id", id}, {"now", now}});
}

}  // namespace strata::panel
