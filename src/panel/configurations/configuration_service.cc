#include "strata/panel/configurations/configuration_service.h"

#include <fmt/format.h>

#include "strata/database/transaction.h"
#include "strata/describe/enumeration.h"
#include "strata/panel/configurations/assignments.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/rules/service_rules.h"
#include "strata/panel/secrets/secret_store.h"

namespace strata::panel {

using database::Connection;
using database::Transaction;
using database::with_transaction;

namespace {

constexpr std::string_view kWhat = "backup configuration";

bool is_given(const std::optional<boost::json::value>& settings) {
  return settings && !settings->is_null();
}

// The other disks of the enum are known on the wire, so that their names cannot come to mean something else.
void require_offered(wire::BackupDisk disk, const wire::DiskSettings& settings) {
  Relations faults;
  if (disk != wire::BackupDisk::kLocal) {
    faults.add_fault(
        fmt::format("backup_disk: '{}' is not available yet; this version stores to: local", describe::text_of(disk)));
  }
  const auto refuse = [&](std::string_view member, const std::optional<boost::json::value>& given) {
    if (is_given(given)) faults.add_fault(fmt::format("backup_configs.{}: is not available yet, leave it out", member));
  };
  refuse("s3", settings.s3);
  refuse("restic", settings.restic);
  refuse("pbs", settings.pbs);
  refuse("kopia", settings.kopia);
  faults.check();
}

boost::json::object facts_of(const wire::BackupConfiguration& configuration) {
  boost::json::object facts{{"uuid", configuration.uuid.text()},
                            {"name", configuration.name},
                            {"description", nullptr},
                            {"maintenance_enabled", configuration.maintenance_enabled}};
  if (configuration.description) facts["description"] = *configuration.description;
  return facts;
}

std::string in_use(const ConfigurationUse& use) {
  return fmt::format(
      "backup configuration is in use: assigned to {}, {} and {}, needed by {}; take it away there, or delete it by "
      "force",
      counted(use.locations, "location"), counted(use.nodes, "node"), counted(use.servers, "server"),
      counted(use.backups, "backup"));
}

}  // namespace

wire::Page<wire::BackupConfiguration> ConfigurationService::list(const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return ConfigurationRepository(snapshot.connection()).list(query);
}

wire::BackupConfiguration ConfigurationService::show(ConfigurationId id) {
  auto connection = foundation_.database.reader();
  return ConfigurationRepository(connection).get(id);
}

wire::BackupConfiguration ConfigurationService::create(const wire::CreateBackupConfiguration& request,
                                                       const Actor& actor) {
  require_offered(request.backup_disk, request.backup_configs);
  const wire::BackupConfiguration made{.uuid = ConfigurationId::random(),
                                       .name = request.name,
                                       .description = unless_blank(request.description),
                                       .maintenance_enabled = request.maintenance_enabled,
                                       .shared = request.shared,
                                       .backup_disk = request.backup_disk,
                                       .backup_configs = request.backup_configs,
                                       .created = foundation_.clock.now()};
  return with_transaction(foundation_.database, [&](Connection& connection) {
    with_unique_name(kWhat, [&] { ConfigurationRepository(connection).insert(made); });
    record_activity(connection, made.created, actor, {.event = "backup-configuration:create", .data = facts_of(made)});
    return made;
  });
}

void ConfigurationService::update(ConfigurationId id, const wire::UpdateBackupConfiguration& request,
                                  const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    ConfigurationRepository configurations(connection);
    auto configuration = configurations.get(id);
    configuration.name = request.name.value_or(configuration.name);
    apply_text(request.description, configuration.description);
    configuration.maintenance_enabled = request.maintenance_enabled.value_or(configuration.maintenance_enabled);
    configuration.shared = request.shared.value_or(configuration.shared);
    configuration.backup_disk = request.backup_disk.value_or(configuration.backup_disk);
    if (request.backup_configs) configuration.backup_configs = *request.backup_configs;
    require_offered(configuration.backup_disk, configuration.backup_configs);
    with_unique_name(kWhat, [&] { configurations.update(configuration); });
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "backup-configuration:update", .data = facts_of(configuration)});
  });
}

void ConfigurationService::remove(ConfigurationId id, bool force, const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    ConfigurationRepository configurations(connection);
    const auto configuration = configurations.get(id);
    const auto use = configurations.use(id);
    if (!force && (use.is_assigned() || use.backups > 0)) throw Error(ErrorKind::kConflict, in_use(use));
    configurations.clear_assignments(id);
    if (use.backups > 0) {
      configurations.hide(id, foundation_.clock.now());
    } else {
      configurations.remove(id);
      SecretStore(foundation_.sealer).remove_all(connection, "backup_configurations", id.text());
    }
    record_activity(
        connection, foundation_.clock.now(), actor,
        {.event = "backup-configuration:delete", .data = {{"uuid", id.text()}, {"name", configuration.name}}});
  });
}

wire::Explanation ConfigurationService::explain(ServerId server) {
  auto connection = foundation_.database.reader();
  return panel::explain(load_assignments(connection, server));
}

}  // namespace strata::panel
