#include "strata/panel/panel.h"

#include <array>

#include "strata/database/migrations.h"
#include "strata/http/security_headers.h"
#include "strata/panel/accounts/account_room.h"
#include "strata/panel/audit/activity_room.h"
#include "strata/panel/backups/backup_room.h"
#include "strata/panel/configurations/configuration_room.h"
#include "strata/panel/gate/documentation.h"
#include "strata/panel/gate/gate.h"
#include "strata/panel/gate/system_room.h"
#include "strata/panel/locations/location_room.h"
#include "strata/panel/nodes/node_room.h"
#include "strata/panel/remote/remote_room.h"
#include "strata/panel/schema/schema.h"
#include "strata/panel/secrets/secret_store.h"
#include "strata/panel/servers/server_room.h"

namespace strata::panel {

struct Panel::Implementation {
  Implementation(const Foundation& given, PanelOptions given_options)
      : foundation(given),
        options(std::move(given_options)),
        upkeep(foundation.log),
        limiter(foundation.clock, options.rate_limits),
        credentials(foundation.sealer),
        accounts(foundation, options.password_cost),
        authenticator(accounts.sessions(), accounts.key_store()),
        gate(foundation.database, authenticator, credentials, limiter),
        system(foundation.database, options.version),
        account_room(accounts, options.secure_cookies),
        activity_room(foundation),
        configurations(foundation),
        locations(foundation),
        nodes(foundation, credentials),
        backups(foundation, credentials, upkeep),
        servers(foundation, credentials, backups.server_backups()),
        remote(foundation, credentials, backups.outcomes(), backups.progress()) {}

  /// In the order of the API page.
  std::array<SubRoom*, 9> rooms() {
    return {&system, &account_room, &activity_room, &configurations, &locations, &nodes, &servers, &backups, &remote};
  }

  const Foundation foundation;
  const PanelOptions options;
  Upkeep upkeep;
  RateLimiter limiter;
  NodeCredentials credentials;
  Accounts accounts;
  Authenticator authenticator;
  Gate gate;
  SystemRoom system;
  AccountRoom account_room;
  ActivityRoom activity_room;
  ConfigurationRoom configurations;
  LocationRoom locations;
  NodeRoom nodes;
  BackupRoom backups;
  ServerRoom servers;
  RemoteRoom remote;
  RouteTable table;
};

Panel::Panel(const Foundation& foundation, PanelOptions options) {
  const auto applied = database::migrate(foundation.database, schema_steps());
  if (!applied.empty())
    foundation.log.info("database schema brought forward", {{"to", std::to_string(applied.back())}});
  SecretStore(foundation.sealer).verify_root_key(foundation.database);
  if (!options.rate_limits) foundation.log.warning("rate limits are switched off");
  implementation_ = std::make_unique<Implementation>(foundation, std::move(options));
}

Panel::~Panel() {
  stop();
}

http::RouterOptions Panel::router_options() {
  http::RouterOptions options;
  options.error_format = http::error_list;
  options.security = http::SecurityHeaders();
  return options;
}

void Panel::mount(http::Router& router) {
  auto& table = implementation_->table;
  for (auto* room : implementation_->rooms()) {
    room->add_routes(table);
    room->add_duties(implementation_->upkeep);
  }
  add_documentation_routes(table, implementation_->options.version);
  implementation_->gate.mount(table, router);
}

const RouteTable& Panel::routes() const {
  return implementation_->table;
}

void Panel::start() {
  implementation_->upkeep.start();
  implementation_->system.set_ready(true);
}

void Panel::stop() {
  implementation_->system.set_ready(false);
  implementation_->upkeep.stop();
}

Accounts& Panel::accounts() {
  return implementation_->accounts;
}

const NodeCredentials& Panel::node_credentials() const {
  return implementation_->credentials;
}

ServerService& Panel::servers() {
  return implementation_->servers.service();
}

}  // namespace strata::panel
