#include "strata/panel/configurations/configuration_repository.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/describe/json.h"
#include "strata/panel/configurations/configuration_rows.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

const std::string& columns() {
  static const auto text = configuration_columns("c", "");
  return text;
}

const std::string& select_one() {
  static const auto text = fmt::format("select {} from backup_configurations c where c.uuid = :uuid", columns());
  return text;
}

std::vector<database::Parameter> values_of(const wire::BackupConfiguration& configuration) {
  return {{"uuid", configuration.uuid},
          {"name", configuration.name},
          {"description", configuration.description},
          {"maintenance_enabled", configuration.maintenance_enabled},
          {"shared", configuration.shared},
          {"backup_disk", describe::text_of(configuration.backup_disk)},
          {"backup_configs", describe::to_text(configuration.backup_configs)}};
}

}  // namespace

wire::BackupConfiguration ConfigurationRepository::get(ConfigurationId id) {
  static const auto sql = select_one() + " and c.deleted is null";
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) throw Error(ErrorKind::kNotFound, "backup configuration not found");
  return read_configuration(*row, "");
}

std::optional<wire::BackupConfiguration> ConfigurationRepository::find_with_deleted(ConfigurationId id) {
  const auto row = connection_.query_optional(select_one(), {{"uuid", id}});
  if (!row) return std::nullopt;
  return read_configuration(*row, "");
}

bool ConfigurationRepository::exists(ConfigurationId id) {
  return connection_
      .query_optional("select 1 as found from backup_configurations where uuid = :uuid and deleted is null",
                      {{"uuid", id}})
      .has_value();
}

wire::Page<wire::BackupConfiguration> ConfigurationRepository::list(const wire::PageQuery& query) {
  const ListSql sql{.columns = columns(), .table = "backup_configurations c", .joins = "", .row = "c"};
  const auto [total, rows] = select_page(connection_, sql, ListConditions().with("c.deleted is null"), query);
  wire::Page<wire::BackupConfiguration> page{
      .total = total, .per_page = query.per_page, .page = query.page, .data = {}};
  for (const auto& row : rows) {
    if (auto configuration = read_embedded(row, "")) page.data.push_back(std::move(*configuration));
  }
  return page;
}

void ConfigurationRepository::insert(const wire::BackupConfiguration& configuration) {
  auto values = values_of(configuration);
  values.push_back({"created", configuration.created});
  connection_.execute(
      "insert into backup_configurations (uuid, name, description, maintenance_enabled, shared, backup_disk, "
      "backup_configs, created) values (:uuid, :name, :description, :maintenance_enabled, :shared, :backup_disk, "
      ":backup_configs, :created)",
      values);
}

void ConfigurationRepository::update(const wire::BackupConfiguration& configuration) {
  connection_.execute(
      "update backup_configurations set name = :name, description = :description, "
      "maintenance_enabled = :maintenance_enabled, shared = :shared, backup_disk = :backup_disk, "
      "backup_configs = :backup_configs where uuid = :uuid and deleted is null",
      values_of(configuration));
}

ConfigurationUse ConfigurationRepository::use(ConfigurationId id) {
  const auto row = connection_.query_one(
      "select (select count(*) from locations where backup_configuration_uuid = :uuid) as locations, "
      "(select count(*) from nodes where backup_configuration_uuid = :uuid) as nodes, "
      "(select count(*) from servers where backup_configuration_uuid = :uuid) as servers, "
      "(select count(*) from server_backups where backup_configuration_uuid = :uuid and deleted is null) as backups",
      {{"uuid", id}});
  return {.locations = row.integer("locations"),
          .nodes = row.integer("nodes"),
          .servers = row.integer("servers"),
          .backups = row.integer("backups")};
}

void ConfigurationRepository::clear_assignments(ConfigurationId id) {
  for (const std::string_view table : {"locations", "nodes", "servers", "system_backup_policies"}) {
    connection_.execute(fmt::format("update {} set backup_configuration_uuid = null "
                                    "where backup_configuration_uuid = :uuid",
                                    table),
                        {{"uuid", id}});
  }
}

void ConfigurationRepository::remove(ConfigurationId id) {
  connection_.execute("delete from backup_configurations where uuid = :uuid", {{"uuid", id}});
}

void ConfigurationRepository::hide(ConfigurationId id, Timestamp now) {
  connection_.execute("update backup_configurations set deleted = :now where uuid = :uuid",
                      {{"uuid", id}, {"now", now}});
}

bool ConfigurationRepository::remove_if_abandoned(ConfigurationId id) {
  return connection_.execute(
             "delete from backup_configurations where uuid = :uuid and deleted is not null and not exists "
             "(select 1 from server_backups b where b.backup_configuration_uuid = backup_configurations.uuid "
             "and b.deleted is null)",
             {{"uuid", id}}) > 0;
}

}  // namespace strata::panel
