#include "strata/panel/configurations/assignments.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/panel/configurations/configuration_rows.h"

namespace strata::panel {

namespace {

const std::string& select_assignments() {
  static const auto text = fmt::format(
      "select s.uuid as server_uuid, s.name as server_name, n.uuid as node_uuid, n.name as node_name, "
      "l.uuid as location_uuid, l.name as location_name, {}, {}, {} from servers s "
      "join nodes n on n.uuid = s.node_uuid join locations l on l.uuid = n.location_uuid "
      "left join backup_configurations sc on sc.uuid = s.backup_configuration_uuid "
      "left join backup_configurations nc on nc.uuid = n.backup_configuration_uuid "
      "left join backup_configurations lc on lc.uuid = l.backup_configuration_uuid where s.uuid = :server",
      configuration_columns("sc", "server_configuration_"), configuration_columns("nc", "node_configuration_"),
      configuration_columns("lc", "location_configuration_"));
  return text;
}

Assignment read_layer(const database::Row& row, std::string_view layer) {
  return {.holder = row.uuid(fmt::format("{}_uuid", layer)),
          .holder_name = row.text(fmt::format("{}_name", layer)),
          .assigned = read_assigned(row, fmt::format("{}_configuration_", layer))};
}

}  // namespace

Assignments load_assignments(database::Connection& connection, ServerId server) {
  const auto row = connection.query_optional(select_assignments(), {{"server", server}});
  if (!row) throw Error(ErrorKind::kNotFound, "server not found");
  return {
      .server = read_layer(*row, "server"), .node = read_layer(*row, "node"), .location = read_layer(*row, "location")};
}

}  // namespace strata::panel
