#include "strata/panel/nodes/node_rows.h"

#include <array>

#include <fmt/format.h>

#include "strata/panel/configurations/configuration_rows.h"
#include "strata/panel/locations/location_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {
constexpr std::array<std::string_view, 13> kColumns = {
    "uuid",       "name",      "description", "deployment_enabled", "maintenance_enabled",
    "public_url", "url",       "sftp_host",   "sftp_port",          "memory",
    "disk",       "last_seen", "created"};
}

std::string node_columns(std::string_view alias, std::string_view prefix) {
  return fmt::format("{}, {}, {}", aliased(kColumns, alias, prefix),
                     configuration_columns(fmt::format("{}c", alias), fmt::format("{}configuration_", prefix)),
                     location_columns(fmt::format("{}l", alias), fmt::format("{}location_", prefix)));
}

std::string node_joins(std::string_view alias) {
  return fmt::format(
      " left join backup_configurations {0}c on {0}c.uuid = {0}.backup_configuration_uuid"
      " join locations {0}l on {0}l.uuid = {0}.location_uuid{1}",
      alias, location_joins(fmt::format("{}l", alias)));
}

wire::Node read_node(const database::Row& row, std::string_view prefix) {
  const auto column = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  wire::Node node;
  node.uuid = row.id<NodeId>(column("uuid"));
  node.location = read_location(row, column("location_"));
  node.backup_configuration = read_embedded(row, column("configuration_"));
  node.name = row.text(column("name"));
  node.description = row.optional_text(column("description"));
  node.deployment_enabled = row.boolean(column("deployment_enabled"));
  node.maintenance_enabled = row.boolean(column("maintenance_enabled"));
  node.public_url = row.optional_text(column("public_url"));
  node.url = row.text(column("url"));
  node.sftp_host = row.optional_text(column("sftp_host"));
  node.sftp_port = row.integer(column("sftp_port"));
  node.memory = row.integer(column("memory"));
  node.disk = row.integer(column("disk"));
  node.created = row.time(column("created"));
  node.last_seen = row.optional_time(column("last_seen"));
  return node;
}

}  // namespace strata::panel
