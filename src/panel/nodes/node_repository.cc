#include "strata/panel/nodes/node_repository.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/panel/nodes/node_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

constexpr std::string_view kSelectRecord =
    "select uuid, location_uuid, backup_configuration_uuid, name, description, deployment_enabled, "
    "maintenance_enabled, public_url, url, sftp_host, sftp_port, memory, disk, token_id, last_seen, boot_uuid, "
    "deleted, "
    "created from nodes where ";

const std::string& columns() {
  static const auto text = node_columns("n", "");
  return text;
}

const std::string& joins() {
  static const auto text = node_joins("n");
  return text;
}

[[noreturn]] void refuse_unknown() {
  throw Error(ErrorKind::kNotFound, "node not found");
}

NodeRecord read_record(const database::Row& row) {
  return {.uuid = row.id<NodeId>("uuid"),
          .location = row.id<LocationId>("location_uuid"),
          .configuration = row.optional_id<ConfigurationId>("backup_configuration_uuid"),
          .name = row.text("name"),
          .description = row.optional_text("description"),
          .deployment_enabled = row.boolean("deployment_enabled"),
          .maintenance_enabled = row.boolean("maintenance_enabled"),
          .public_url = row.optional_text("public_url"),
          .url = row.text("url"),
          .sftp_host = row.optional_text("sftp_host"),
          .sftp_port = row.integer("sftp_port"),
          .memory = row.integer("memory"),
          .disk = row.integer("disk"),
          .token_id = row.text("token_id"),
          .last_seen = row.optional_time("last_seen"),
          .boot = row.optional_id<BootId>("boot_uuid"),
          .deleted = row.optional_time("deleted"),
          .created = row.time("created")};
}

std::optional<NodeRecord> read_optional(const std::optional<database::Row>& row) {
  if (!row) return std::nullopt;
  return read_record(*row);
}

std::vector<database::Parameter> values_of(const NodeRecord& node) {
  return {{"uuid", node.uuid},
          {"location", node.location},
          {"configuration", node.configuration},
          {"name", node.name},
          {"description", node.description},
          {"deployment_enabled", node.deployment_enabled},
          {"maintenance_enabled", node.maintenance_enabled},
          {"public_url", node.public_url},
          {"url", node.url},
          {"sftp_host", node.sftp_host},
          {"sftp_port", node.sftp_port},
          {"memory", node.memory},
          {"disk", node.disk}};
}

std::int64_t count(database::Connection& connection, std::string_view sql, NodeId id) {
  return connection.query_one(sql, {{"uuid", id}}).integer("total");
}

}  // namespace

NodeRecord NodeRepository::get(NodeId id) {
  auto node = find(id);
  if (!node || node->deleted) refuse_unknown();
  return *std::move(node);
}

std::optional<NodeRecord> NodeRepository::find(NodeId id) {
  static const auto sql = fmt::format("{}uuid = :uuid", kSelectRecord);
  return read_optional(connection_.query_optional(sql, {{"uuid", id}}));
}

std::optional<NodeRecord> NodeRepository::find_by_token_id(std::string_view token_id) {
  static const auto sql = fmt::format("{}token_id = :token_id", kSelectRecord);
  return read_optional(connection_.query_optional(sql, {{"token_id", token_id}}));
}

wire::Node NodeRepository::show(NodeId id) {
  static const auto sql =
      fmt::format("select {} from nodes n{} where n.uuid = :uuid and n.deleted is null", columns(), joins());
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) refuse_unknown();
  return read_node(*row, "");
}

wire::Page<wire::Node> NodeRepository::list(const wire::PageQuery& query, const NodeFilter& filter) {
  const ListSql sql{.columns = columns(), .table = "nodes n", .joins = joins(), .row = "n"};
  ListConditions conditions;
  conditions.with("n.deleted is null");
  if (filter.location) conditions.with("n.location_uuid = :location", {"location", *filter.location});
  if (filter.configuration) {
    conditions.with("n.backup_configuration_uuid = :configuration", {"configuration", *filter.configuration});
  }
  return list_page(connection_, sql, conditions, query, [](const database::Row& row) { return read_node(row, ""); });
}

void NodeRepository::insert(const NodeRecord& node) {
  auto values = values_of(node);
  values.push_back({"token_id", node.token_id});
  values.push_back({"created", node.created});
  connection_.execute(
      "insert into nodes (uuid, location_uuid, backup_configuration_uuid, name, description, deployment_enabled, "
      "maintenance_enabled, public_url, url, sftp_host, sftp_port, memory, disk, token_id, created) values (:uuid, "
      ":location, :configuration, :name, :description, :deployment_enabled, :maintenance_enabled, :public_url, :url, "
      ":sftp_host, :sftp_port, :memory, :disk, :token_id, :created)",
      values);
}

void NodeRepository::update(const NodeRecord& node) {
  connection_.execute(
      "update nodes set location_uuid = :location, backup_configuration_uuid = :configuration, name = :name, "
      "description = :description, deployment_enabled = :deployment_enabled, "
      "maintenance_enabled = :maintenance_enabled, public_url = :public_url, url = :url, sftp_host = :sftp_host, "
      "sftp_port = :sftp_port, memory = :memory, disk = :disk where uuid = :uuid and deleted is null",
      values_of(node));
}

void NodeRepository::set_token_id(NodeId id, std::string_view token_id) {
  connection_.execute("update nodes set token_id = :token_id where uuid = :uuid",
                      {{"uuid", id}, {"token_id", token_id}});
}

void NodeRepository::note_heartbeat(NodeId id, std::optional<BootId> boot, Timestamp now) {
  connection_.execute("update nodes set last_seen = :now, boot_uuid = :boot where uuid = :uuid",
                      {{"uuid", id}, {"boot", boot}, {"now", now}});
}

std::int64_t NodeRepository::server_count(NodeId id) {
  return count(connection_,
               "select count(*) as total from servers where node_uuid = :uuid or destination_node_uuid = :uuid", id);
}

std::int64_t NodeRepository::backup_count(NodeId id) {
  return count(connection_, "select count(*) as total from server_backups where node_uuid = :uuid and deleted is null",
               id);
}

void NodeRepository::remove(NodeId id) {
  connection_.execute("delete from server_backups where node_uuid = :uuid and deleted is not null", {{"uuid", id}});
  connection_.execute("delete from nodes where uuid = :uuid", {{"uuid", id}});
}

void NodeRepository::hide(NodeId id, Timestamp now) {
  connection_.execute("update nodes set deleted = :now where uuid = :uuid", {{"uuid", id}, {"now", now}});
}

bool NodeRepository::remove_if_abandoned(NodeId id) {
  const auto node = find(id);
  if (!node || !node->deleted || backup_count(id) > 0) return false;
  remove(id);
  return true;
}

}  // namespace strata::panel
