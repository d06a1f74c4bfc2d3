#include "strata/panel/locations/location_rows.h"

#include <array>

#include <fmt/format.h>

#include "strata/panel/configurations/configuration_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {
constexpr std::array<std::string_view, 5> kColumns = {"uuid", "name", "description", "flag", "created"};
}

std::string location_columns(std::string_view alias, std::string_view prefix) {
  return fmt::format("{}, {}", aliased(kColumns, alias, prefix),
                     configuration_columns(fmt::format("{}c", alias), fmt::format("{}configuration_", prefix)));
}

std::string location_joins(std::string_view alias) {
  return fmt::format(" left join backup_configurations {0}c on {0}c.uuid = {0}.backup_configuration_uuid", alias);
}

wire::Location read_location(const database::Row& row, std::string_view prefix) {
  const auto column = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  wire::Location location;
  location.uuid = row.id<LocationId>(column("uuid"));
  location.backup_configuration = read_embedded(row, column("configuration_"));
  location.name = row.text(column("name"));
  location.description = row.optional_text(column("description"));
  location.flag = row.optional_text(column("flag"));
  location.created = row.time(column("created"));
  return location;
}

}  // namespace strata::panel
