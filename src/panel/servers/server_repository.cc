#include "strata/panel/servers/server_repository.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/panel/rules/list_sql.h"
#include "strata/panel/servers/server_rows.h"

namespace strata::panel {

namespace {

const std::string& record_columns() {
  static const auto text = server_columns("s", "");
  return text;
}

// With everything that administrators see of a server, in one query.
const std::string& shown_columns() {
  static const auto text = shown_server_columns("s");
  return text;
}

const std::string& shown_joins() {
  static const auto text = shown_server_joins("s");
  return text;
}

[[noreturn]] void refuse_unknown() {
  throw Error(ErrorKind::kNotFound, "server not found");
}

ListConditions conditions_of(const ServerFilter& filter) {
  ListConditions conditions;
  if (filter.node) conditions.with("s.node_uuid = :node", {"node", *filter.node});
  if (filter.owner) conditions.with("s.owner_uuid = :owner", {"owner", *filter.owner});
  if (filter.configuration) {
    conditions.with("s.backup_configuration_uuid = :configuration", {"configuration", *filter.configuration});
  }
  return conditions;
}

std::vector<database::Parameter> changing_values_of(const ServerRecord& server) {
  return {{"uuid", server.uuid},
          {"external_id", server.external_id},
          {"owner", server.owner},
          {"configuration", server.configuration},
          {"name", server.name},
          {"description", server.description},
          {"suspended", server.suspended},
          {"cpu", server.limits.cpu},
          {"memory", server.limits.memory},
          {"memory_overhead", server.limits.memory_overhead},
          {"swap", server.limits.swap},
          {"disk", server.limits.disk},
          {"io_weight", server.limits.io_weight},
          {"allocation_limit", server.feature_limits.allocations},
          {"database_limit", server.feature_limits.databases},
          {"backup_limit", server.feature_limits.backups},
          {"schedule_limit", server.feature_limits.schedules},
          {"runtime_kind", server.runtime.kind},
          {"runtime_name", server.runtime.name}};
}

std::optional<std::string_view> text_of(const std::optional<wire::ServerStatus>& status) {
  if (!status) return std::nullopt;
  return describe::text_of(*status);
}

}  // namespace

ServerRecord ServerRepository::get(ServerId id) {
  auto server = find(id);
  if (!server) refuse_unknown();
  return *std::move(server);
}

std::optional<ServerRecord> ServerRepository::find(ServerId id) {
  static const auto sql = fmt::format("select {} from servers s where s.uuid = :uuid", record_columns());
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) return std::nullopt;
  return read_server_record(*row, "");
}

std::optional<ServerRecord> ServerRepository::find_by_text(std::string_view uuid_or_short) {
  if (const auto id = ServerId::parse(uuid_or_short)) return find(*id);
  if (uuid_or_short.size() != 8) return std::nullopt;
  static const auto sql = fmt::format("select {} from servers s where s.uuid_short = :uuid_short", record_columns());
  const auto row = connection_.query_optional(sql, {{"uuid_short", uuid_or_short}});
  if (!row) return std::nullopt;
  return read_server_record(*row, "");
}

wire::Server ServerRepository::show(ServerId id) {
  static const auto sql =
      fmt::format("select {} from servers s{} where s.uuid = :uuid", shown_columns(), shown_joins());
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) refuse_unknown();
  return read_shown_server(*row);
}

wire::Page<wire::Server> ServerRepository::list(const wire::PageQuery& query, const ServerFilter& filter) {
  const ListSql sql{.columns = shown_columns(), .table = "servers s", .joins = shown_joins(), .row = "s"};
  return list_page(connection_, sql, conditions_of(filter), query, read_shown_server);
}

wire::Page<ServerRecord> ServerRepository::list_records(const wire::PageQuery& query, const ServerFilter& filter) {
  const ListSql sql{.columns = record_columns(), .table = "servers s", .joins = "", .row = "s"};
  return list_page(connection_, sql, conditions_of(filter), query,
                   [](const database::Row& row) { return read_server_record(row, ""); });
}

void ServerRepository::insert(const ServerRecord& server) {
  auto values = changing_values_of(server);
  values.insert(values.end(), {{"uuid_short", server.uuid_short},
                               {"node", server.node},
                               {"status", text_of(server.status)},
                               {"path", server.path},
                               {"owners", describe::text_of(server.owners)},
                               {"created", server.created}});
  connection_.execute(
      "insert into servers (uuid, uuid_short, external_id, node_uuid, owner_uuid, backup_configuration_uuid, name, "
      "description, status, suspended, cpu, memory, memory_overhead, swap, disk, io_weight, allocation_limit, "
      "database_limit, backup_limit, schedule_limit, path, runtime_kind, runtime_name, owners, created) values (:uuid, "
      ":uuid_short, :external_id, :node, :owner, :configuration, :name, :description, :status, :suspended, :cpu, "
      ":memory, :memory_overhead, :swap, :disk, :io_weight, :allocation_limit, :database_limit, :backup_limit, "
      ":schedule_limit, :path, :runtime_kind, :runtime_name, :owners, :created)",
      values);
}

void ServerRepository::update(const ServerRecord& server) {
  connection_.execute(
      "update servers set external_id = :external_id, owner_uuid = :owner, "
      "backup_configuration_uuid = :configuration, name = :name, description = :description, suspended = :suspended, "
      "cpu = :cpu, memory = :memory, memory_overhead = :memory_overhead, swap = :swap, disk = :disk, "
      "io_weight = :io_weight, allocation_limit = :allocation_limit, database_limit = :database_limit, "
      "backup_limit = :backup_limit, schedule_limit = :schedule_limit, runtime_kind = :runtime_kind, "
      "runtime_name = :runtime_name where uuid = :uuid",
      changing_values_of(server));
}

void ServerRepository::remove(ServerId id) {
  connection_.execute("delete from servers where uuid = :uuid", {{"uuid", id}});
}

void ServerRepository::lock(ServerId id) {
  const auto locked =
      connection_.execute("update servers set row_version = row_version + 1 where uuid = :uuid", {{"uuid", id}});
  if (locked == 0) refuse_unknown();
}

bool ServerRepository::change_status(ServerId id, std::optional<wire::ServerStatus> from,
                                     std::optional<wire::ServerStatus> to) {
  if (!from) {
    return connection_.execute("update servers set status = :to where uuid = :uuid and status is null",
                               {{"uuid", id}, {"to", text_of(to)}}) > 0;
  }
  return connection_.execute("update servers set status = :to where uuid = :uuid and status = :from",
                             {{"uuid", id}, {"to", text_of(to)}, {"from", text_of(from)}}) > 0;
}

void ServerRepository::set_undo(ServerId id, std::optional<OperationId> operation, std::optional<Timestamp> until) {
  connection_.execute("update servers set undo_operation_uuid = :operation, undo_until = :until where uuid = :uuid",
                      {{"uuid", id}, {"operation", operation}, {"until", until}});
}

bool ServerRepository::is_busy(ServerId id) {
  return connection_
      .query_optional("select 1 as found from operations where server_uuid = :uuid and finished is null limit 1",
                      {{"uuid", id}})
      .has_value();
}

std::int64_t ServerRepository::backup_count(ServerId id) {
  return connection_
      .query_one("select count(*) as total from server_backups where server_uuid = :uuid and deleted is null",
                 {{"uuid", id}})
      .integer("total");
}

std::vector<ServerRecord> ServerRepository::in_status(wire::ServerStatus status, std::optional<NodeId> node) {
  ListConditions conditions;
  conditions.with("s.status = :status", {"status", describe::text_of(status)});
  if (node) conditions.with("s.node_uuid = :node", {"node", *node});
  std::vector<ServerRecord> servers;
  for (const auto& row : connection_.query(fmt::format("select {} from servers s{} order by s.created limit 1000",
                                                       record_columns(), conditions.where()),
                                           conditions.parameters())) {
    servers.push_back(read_server_record(row, ""));
  }
  return servers;
}

}  // namespace strata::panel
