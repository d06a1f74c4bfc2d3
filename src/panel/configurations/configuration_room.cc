#include "strata/panel/configurations/configuration_room.h"

#include "strata/database/transaction.h"
#include "strata/panel/locations/location_repository.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {

namespace {

std::string all_path() {
  return "/api/admin/backup-configurations";
}

std::string one_path() {
  return all_path() + "/{backup_configuration}";
}

ConfigurationId configuration_of(const Call& call) {
  return call.id<ConfigurationId>("backup_configuration");
}

}  // namespace

void ConfigurationRoom::add_routes(RouteTable& routes) {
  routes.get(all_path(), "List the backup configurations")
      .needs(Access::admin({"backup-configurations.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::BackupConfiguration>>("backup_configurations")
      .by([this](Call&, const wire::PageQuery& query) { return service_.list(query); });
  routes.post(all_path(), "Create a backup configuration")
      .needs(Access::admin({"backup-configurations.create"}))
      .may_refuse({409})
      .body<wire::CreateBackupConfiguration>()
      .answers<wire::BackupConfiguration>("backup_configuration")
      .by([this](Call& call, const wire::CreateBackupConfiguration& request) {
        return service_.create(request, call.actor());
      });
  routes.get(one_path(), "Show a backup configuration")
      .needs(Access::admin({"backup-configurations.read"}))
      .answers<wire::BackupConfiguration>("backup_configuration")
      .by([this](Call& call) { return service_.show(configuration_of(call)); });
  routes.patch(one_path(), "Change a backup configuration")
      .needs(Access::admin({"backup-configurations.read", "backup-configurations.update"}))
      .may_refuse({409})
      .body<wire::UpdateBackupConfiguration>()
      .by([this](Call& call, const wire::UpdateBackupConfiguration& request) {
        service_.update(configuration_of(call), request, call.actor());
      });
  routes.remove(one_path(), "Delete a backup configuration; 409 while something uses it, unless forced")
      .needs(Access::admin({"backup-configurations.read", "backup-configurations.delete"}))
      .may_refuse({409})
      .query<wire::DeleteQuery>()
      .by([this](Call& call, const wire::DeleteQuery& query) {
        service_.remove(configuration_of(call), query.force, call.actor());
      });
  routes.get("/api/admin/servers/{server}/explain", "Tell which backup configuration a server uses, and why")
      .needs(Access::admin({"servers.read"}))
      .answers<wire::Explanation>()
      .by([this](Call& call) { return service_.explain(call.id<ServerId>("server")); });
  add_holder_routes(routes);
}

void ConfigurationRoom::add_holder_routes(RouteTable& routes) {
  using database::Transaction;
  routes.get(one_path() + "/locations", "List the locations that a configuration is assigned to")
      .needs(Access::admin({"backup-configurations.read", "locations.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Location>>("locations")
      .by([this](Call& call, const wire::PageQuery& query) {
        const auto id = service_.show(configuration_of(call)).uuid;
        Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
        return LocationRepository(snapshot.connection()).list(query, id);
      });
  routes.get(one_path() + "/nodes", "List the nodes that a configuration is assigned to")
      .needs(Access::admin({"backup-configurations.read", "nodes.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Node>>("nodes")
      .by([this](Call& call, const wire::PageQuery& query) {
        const auto id = service_.show(configuration_of(call)).uuid;
        Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
        return NodeRepository(snapshot.connection()).list(query, {.configuration = id});
      });
  routes.get(one_path() + "/servers", "List the servers that a configuration is assigned to")
      .needs(Access::admin({"backup-configurations.read", "servers.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Server>>("servers")
      .by([this](Call& call, const wire::PageQuery& query) {
        const auto id = service_.show(configuration_of(call)).uuid;
        Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
        return ServerRepository(snapshot.connection()).list(query, {.configuration = id});
      });
}

}  // namespace strata::panel
