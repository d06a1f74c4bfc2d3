#include "strata/panel/locations/location_repository.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/panel/locations/location_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

const std::string& columns() {
  static const auto text = location_columns("l", "");
  return text;
}

const std::string& joins() {
  static const auto text = location_joins("l");
  return text;
}

[[noreturn]] void refuse_unknown() {
  throw Error(ErrorKind::kNotFound, "location not found");
}

std::vector<database::Parameter> values_of(const LocationRecord& location) {
  return {{"uuid", location.uuid},
          {"configuration", location.configuration},
          {"name", location.name},
          {"description", location.description},
          {"flag", location.flag}};
}

}  // namespace

LocationRecord LocationRepository::get(LocationId id) {
  const auto row = connection_.query_optional(
      "select uuid, backup_configuration_uuid, name, description, flag, created from locations where uuid = :uuid",
      {{"uuid", id}});
  if (!row) refuse_unknown();
  return {.uuid = row->id<LocationId>("uuid"),
          .configuration = row->optional_id<ConfigurationId>("backup_configuration_uuid"),
          .name = row->text("name"),
          .description = row->optional_text("description"),
          .flag = row->optional_text("flag"),
          .created = row->time("created")};
}

bool LocationRepository::exists(LocationId id) {
  return connection_.query_optional("select 1 as found from locations where uuid = :uuid", {{"uuid", id}}).has_value();
}

wire::Location LocationRepository::show(LocationId id) {
  static const auto sql = fmt::format("select {} from locations l{} where l.uuid = :uuid", columns(), joins());
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) refuse_unknown();
  return read_location(*row, "");
}

wire::Page<wire::Location> LocationRepository::list(const wire::PageQuery& query,
                                                    std::optional<ConfigurationId> configuration) {
  const ListSql sql{.columns = columns(), .table = "locations l", .joins = joins(), .row = "l"};
  ListConditions conditions;
  if (configuration) {
    conditions.with("l.backup_configuration_uuid = :configuration", {"configuration", *configuration});
  }
  return list_page(connection_, sql, conditions, query,
                   [](const database::Row& row) { return read_location(row, ""); });
}

void LocationRepository::insert(const LocationRecord& location) {
  auto values = values_of(location);
  values.push_back({"created", location.created});
  connection_.execute(
      "insert into locations (uuid, backup_configuration_uuid, name, description, flag, created) "
      "values (:uuid, :configuration, :name, :description, :flag, :created)",
      values);
}

void LocationRepository::update(const LocationRecord& location) {
  connection_.execute(
      "update locations set backup_configuration_uuid = :configuration, name = :name, description = :description, "
      "flag = :flag where uuid = :uuid",
      values_of(location));
}

void LocationRepository::remove(LocationId id) {
  connection_.execute("delete from locations where uuid = :uuid", {{"uuid", id}});
}

bool LocationRepository::has_nodes(LocationId id) {
  return connection_
      .query_optional("select 1 as found from nodes where location_uuid = :uuid and deleted is null limit 1",
                      {{"uuid", id}})
      .has_value();
}

bool LocationRepository::has_hidden_nodes(LocationId id) {
  return connection_
      .query_optional("select 1 as found from nodes where location_uuid = :uuid and deleted is not null limit 1",
                      {{"uuid", id}})
      .has_value();
}

}  // namespace strata::panel
