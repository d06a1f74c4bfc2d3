#include "strata/panel/servers/server_rows.h"

#include <array>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/panel/accounts/user_repository.h"
#include "strata/panel/configurations/configuration_rows.h"
#include "strata/panel/nodes/node_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

constexpr std::array<std::string_view, 28> kColumns = {"uuid",
                                                       "uuid_short",
                                                       "external_id",
                                                       "node_uuid",
                                                       "destination_node_uuid",
                                                       "owner_uuid",
                                                       "name",
                                                       "description",
                                                       "status",
                                                       "suspended",
                                                       "cpu",
                                                       "memory",
                                                       "memory_overhead",
                                                       "swap",
                                                       "disk",
                                                       "io_weight",
                                                       "allocation_limit",
                                                       "database_limit",
                                                       "backup_limit",
                                                       "schedule_limit",
                                                       "path",
                                                       "runtime_kind",
                                                       "runtime_name",
                                                       "owners",
                                                       "undo_until",
                                                       "undo_operation_uuid",
                                                       "created",
                                                       "backup_configuration_uuid"};

template <class Enum>
Enum read_enum(const std::string& text) {
  const auto value = describe::enum_of<Enum>(text);
  if (!value) throw Error(ErrorKind::kCorrupt, fmt::format("'{}' in a server's row is unknown to this version", text));
  return *value;
}

wire::ServerLimits read_limits(const database::Row& row, std::string_view prefix) {
  const auto number = [&](std::string_view name) { return row.integer(fmt::format("{}{}", prefix, name)); };
  return {.cpu = number("cpu"),
          .memory = number("memory"),
          .memory_overhead = number("memory_overhead"),
          .swap = number("swap"),
          .disk = number("disk"),
          .io_weight = row.optional_integer(fmt::format("{}io_weight", prefix))};
}

wire::FeatureLimits read_feature_limits(const database::Row& row, std::string_view prefix) {
  const auto number = [&](std::string_view name) { return row.integer(fmt::format("{}{}_limit", prefix, name)); };
  return {.allocations = number("allocation"),
          .databases = number("database"),
          .backups = number("backup"),
          .schedules = number("schedule")};
}

}  // namespace

std::string server_columns(std::string_view table, std::string_view prefix) {
  return aliased(kColumns, table, prefix);
}

ServerRecord read_server_record(const database::Row& row, std::string_view prefix) {
  const auto column = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  ServerRecord server;
  server.uuid = row.id<ServerId>(column("uuid"));
  server.uuid_short = row.text(column("uuid_short"));
  server.external_id = row.optional_text(column("external_id"));
  server.node = row.id<NodeId>(column("node_uuid"));
  server.destination_node = row.optional_id<NodeId>(column("destination_node_uuid"));
  server.owner = row.id<UserId>(column("owner_uuid"));
  server.configuration = row.optional_id<ConfigurationId>(column("backup_configuration_uuid"));
  server.name = row.text(column("name"));
  server.description = row.optional_text(column("description"));
  if (const auto status = row.optional_text(column("status"))) server.status = read_enum<wire::ServerStatus>(*status);
  server.suspended = row.boolean(column("suspended"));
  server.limits = read_limits(row, prefix);
  server.feature_limits = read_feature_limits(row, prefix);
  server.path = row.optional_text(column("path"));
  server.runtime = {.kind = row.text(column("runtime_kind")), .name = row.optional_text(column("runtime_name"))};
  server.owners = read_enum<wire::OwnerPolicy>(row.text(column("owners")));
  server.undo_until = row.optional_time(column("undo_until"));
  server.undo_operation = row.optional_id<OperationId>(column("undo_operation_uuid"));
  server.created = row.time(column("created"));
  return server;
}

std::string shown_server_columns(std::string_view alias) {
  return fmt::format("{}, {}, {}, {}", server_columns(alias, ""), node_columns(fmt::format("{}n", alias), "its_node_"),
                     user_columns(fmt::format("{}u", alias), "its_owner_"),
                     configuration_columns(fmt::format("{}c", alias), "its_configuration_"));
}

std::string shown_server_joins(std::string_view alias) {
  return fmt::format(
      " join nodes {0}n on {0}n.uuid = {0}.node_uuid{1} join users {0}u on {0}u.uuid = {0}.owner_uuid "
      "left join backup_configurations {0}c on {0}c.uuid = {0}.backup_configuration_uuid",
      alias, node_joins(fmt::format("{}n", alias)));
}

wire::Server read_shown_server(const database::Row& row) {
  auto record = read_server_record(row, "");
  return {.uuid = record.uuid,
          .uuid_short = std::move(record.uuid_short),
          .external_id = std::move(record.external_id),
          .node = read_node(row, "its_node_"),
          .owner = read_user(row, "its_owner_"),
          .backup_configuration = read_embedded(row, "its_configuration_"),
          .status = record.status,
          .is_suspended = record.suspended,
          .is_transferring = record.destination_node.has_value(),
          .name = std::move(record.name),
          .description = std::move(record.description),
          .limits = record.limits,
          .feature_limits = record.feature_limits,
          .created = record.created,
          .path = std::move(record.path),
          .runtime = std::move(record.runtime),
          .owners = record.owners};
}

}  // namespace strata::panel
