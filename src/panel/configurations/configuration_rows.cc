#include "strata/panel/configurations/configuration_rows.h"

#include <array>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/describe/json.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

constexpr std::array<std::string_view, 8> kColumns = {"uuid",   "name",        "description",    "maintenance_enabled",
                                                      "shared", "backup_disk", "backup_configs", "created"};

wire::BackupDisk read_disk(const std::string& text) {
  const auto disk = describe::enum_of<wire::BackupDisk>(text);
  if (!disk) throw Error(ErrorKind::kCorrupt, fmt::format("its disk '{}' is unknown to this version", text));
  return *disk;
}

wire::DiskSettings read_settings(const std::string& text) {
  try {
    return describe::parse<wire::DiskSettings>(text);
  } catch (const Error&) {
    throw Error(ErrorKind::kCorrupt, "its stored settings are damaged");
  }
}

}  // namespace

std::string configuration_columns(std::string_view table, std::string_view prefix) {
  return aliased(kColumns, table, prefix);
}

wire::BackupConfiguration read_configuration(const database::Row& row, std::string_view prefix) {
  const auto column = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  wire::BackupConfiguration configuration;
  configuration.uuid = row.id<ConfigurationId>(column("uuid"));
  configuration.name = row.text(column("name"));
  configuration.description = row.optional_text(column("description"));
  configuration.maintenance_enabled = row.boolean(column("maintenance_enabled"));
  configuration.shared = row.boolean(column("shared"));
  configuration.backup_disk = read_disk(row.text(column("backup_disk")));
  configuration.backup_configs = read_settings(row.text(column("backup_configs")));
  configuration.created = row.time(column("created"));
  return configuration;
}

std::variant<std::monostate, wire::BackupConfiguration, Unreadable> read_assigned(const database::Row& row,
                                                                                  std::string_view prefix) {
  if (row.is_null(fmt::format("{}uuid", prefix))) return std::monostate{};
  try {
    return read_configuration(row, prefix);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorrupt) throw;
    return Unreadable{error.message()};
  }
}

std::optional<wire::BackupConfiguration> read_embedded(const database::Row& row, std::string_view prefix) {
  auto assigned = read_assigned(row, prefix);
  if (auto* configuration = std::get_if<wire::BackupConfiguration>(&assigned)) return std::move(*configuration);
  return std::nullopt;
}

}  // namespace strata::panel
