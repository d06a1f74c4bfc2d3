#include "strata/panel/backups/operation_repository.h"

#include <array>
#include <utility>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/describe/json.h"

namespace strata::panel {
namespace {

constexpr std::array<std::pair<OperationState, std::string_view>, 6> kStates{{{OperationState::kPending, "pending"},
                                                                              {OperationState::kAccepted, "accepted"},
                                                                              {OperationState::kSucceeded, "succeeded"},
                                                                              {OperationState::kFailed, "failed"},
                                                                              {OperationState::kCancelled, "cancelled"},
                                                                              {OperationState::kLost, "lost"}}};

std::string_view text_of(OperationState state) {
  for (const auto& [value, text] : kStates) {
    if (value == state) return text;
  }
  throw Error(ErrorKind::kInternal, "an operation state without a name");
}

OperationState state_of(std::string_view text) {
  for (const auto& [value, name] : kStates) {
    if (name == text) return value;
  }
  throw Error(ErrorKind::kCorrupt, "operations holds an unknown state");
}

constexpr std::string_view kColumns =
    "uuid, kind, backup_uuid, server_uuid, node_uuid, requested_by, fence, attempt, state, command, error, "
    "cancel_requested, result_digest, "
    "warnings_count, warnings, next_attempt, finished, created";

std::string select(std::string_view rest) {
  return "select " + std::string(kColumns) + " from operations where " + std::string(rest);
}

OperationRecord read(const database::Row& row) {
  OperationRecord operation;
  operation.uuid = row.id<OperationId>("uuid");
  const auto kind = describe::enum_of<wire::OperationKind>(row.text("kind"));
  if (!kind) throw Error(ErrorKind::kCorrupt, "operations holds an unknown kind");
  operation.kind = *kind;
  operation.backup = row.optional_id<BackupId>("backup_uuid");
  operation.server = row.optional_id<ServerId>("server_uuid");
  operation.node = row.id<NodeId>("node_uuid");
  operation.requested_by = row.optional_id<UserId>("requested_by");
  operation.fence = static_cast<std::uint64_t>(row.integer("fence"));
  operation.attempt = row.integer("attempt");
  operation.state = state_of(row.text("state"));
  operation.command = row.text("command");
  operation.error = row.optional_text("error");
  operation.cancel_requested = row.boolean("cancel_requested");
  operation.result_digest = row.optional_text("result_digest");
  operation.warnings_count = static_cast<std::uint64_t>(row.integer("warnings_count"));
  operation.warnings = describe::parse<std::vector<wire::PathWarning>>(row.text("warnings"), 16_MiB);
  operation.next_attempt = row.optional_time("next_attempt");
  operation.finished = row.optional_time("finished");
  operation.created = row.time("created");
  return operation;
}

std::vector<OperationRecord> read_all(const database::Rows& rows) {
  std::vector<OperationRecord> operations;
  operations.reserve(rows.size());
  for (const auto& row : rows) operations.push_back(read(row));
  return operations;
}

}  // namespace

void OperationRepository::insert(const OperationRecord& operation) {
  connection_.execute(
      "insert into operations (uuid, kind, backup_uuid, server_uuid, node_uuid, requested_by, fence, state, command, "
      "next_attempt, created) values (:uuid, :kind, "
      ":backup, :server, :node, :requested_by, :fence, :state, :command, :next_attempt, :created)",
      {{"uuid", operation.uuid},
       {"kind", describe::text_of(operation.kind)},
       {"backup", operation.backup},
       {"server", operation.server},
       {"node", operation.node},
       {"requested_by", operation.requested_by},
       {"fence", operation.fence},
       {"state", text_of(operation.state)},
       {"command", operation.command},
       {"next_attempt", operation.next_attempt},
       {"created", operation.created}});
}

std::optional<OperationRecord> OperationRepository::find(OperationId id) {
  const auto row = connection_.query_optional(select("uuid = :id"), {{"id", id}});
  if (!row) return std::nullopt;
  return read(*row);
}

std::optional<OperationRecord> OperationRepository::newest_of_server(ServerId server,
                                                                     const std::vector<wire::OperationKind>& kinds) {
  std::string list;
  for (const auto kind : kinds) list += (list.empty() ? "'" : ", '") + std::string(describe::text_of(kind)) + "'";
  const auto row = connection_.query_optional(
      select("server_uuid = :server and kind in (" + list + ") order by created desc, fence desc limit 1"),
      {{"server", server}});
  if (!row) return std::nullopt;
  return read(*row);
}

std::optional<OperationRecord> OperationRepository::unfinished_of_backup(BackupId backup) {
  const auto row = connection_.query_optional(
      select("backup_uuid = :backup and finished is null order by created desc, fence desc limit 1"),
      {{"backup", backup}});
  if (!row) return std::nullopt;
  return read(*row);
}

std::vector<OperationRecord> OperationRepository::unfinished_of_node(NodeId node) {
  return read_all(
      connection_.query(select("node_uuid = :node and finished is null order by created, fence"), {{"node", node}}));
}

std::vector<OperationRecord> OperationRepository::claim_due(Timestamp now, std::chrono::seconds lease,
                                                            std::size_t limit) {
  // Moving next_attempt is the lease: whoever gets the row back from the update sends it.
  return read_all(
      connection_.query("update operations set next_attempt = :later where uuid in (select uuid from operations where "
                        "finished is null and next_attempt <= :now order by next_attempt limit "
                        ":limit) and finished is null and next_attempt <= :now returning " +
                            std::string(kColumns),
                        {{"now", now}, {"later", now + lease}, {"limit", limit}}));
}

std::vector<OperationRecord> OperationRepository::owed_by_silent_nodes(Timestamp before) {
  return read_all(connection_.query(
      select("finished is null and state = 'accepted' and kind <> 'delete' and created < :before and exists (select 1 "
             "from nodes n where n.uuid = operations.node_uuid and (n.last_seen is null or n.last_seen < :before)) "
             "order by created limit 1000"),
      {{"before", before}}));
}

void OperationRepository::postpone(OperationId id, Timestamp next_attempt, const std::optional<std::string>& error) {
  connection_.execute(
      "update operations set next_attempt = :next, attempt = attempt + 1, error = :error where uuid = :id and finished "
      "is null",
      {{"id", id}, {"next", next_attempt}, {"error", error}});
}

void OperationRepository::mark_accepted(OperationId id, std::optional<Timestamp> next_attempt) {
  connection_.execute(
      "update operations set state = 'accepted', next_attempt = :next, error = null where uuid = :id and finished is "
      "null",
      {{"id", id}, {"next", next_attempt}});
}

void OperationRepository::request_cancel(OperationId id) {
  connection_.execute("update operations set cancel_requested = 1 where uuid = :id and finished is null", {{"id", id}});
}

bool OperationRepository::finish(OperationId id, OperationState state, Timestamp now,
                                 const std::optional<std::string>& error, const std::optional<std::string>& digest,
                                 std::uint64_t warnings_count, const std::vector<wire::PathWarning>& warnings) {
  const std::string_view allowed =
      state == OperationState::kSucceeded ? "(finished is null or state = 'lost')" : "finished is null";
  return connection_.execute(
             "update operations set state = :state, finished = :now, next_attempt = null, error = :error, "
             "result_digest = :digest, warnings_count = :count, warnings = "
             ":warnings where uuid = :id and " +
                 std::string(allowed),
             {{"id", id},
              {"state", text_of(state)},
              {"now", now},
              {"error", error},
              {"digest", digest},
              {"count", warnings_count},
              {"warnings", describe::to_text(warnings)}}) == 1;
}

}  // namespace strata::panel
