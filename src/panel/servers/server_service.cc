#include "strata/panel/servers/server_service.h"

#include <fmt/format.h>

#include "strata/database/transaction.h"
#include "strata/panel/accounts/user_repository.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/rules/service_rules.h"
#include "strata/panel/servers/client_view.h"

namespace strata::panel {

using database::Connection;
using database::Transaction;
using database::with_transaction;
using wire::ServerStatus;

namespace {

constexpr std::size_t kShortIdLength = 8;

ServerRecord record_of(const wire::CreateServer& request, UserId owner, Timestamp now) {
  ServerRecord server;
  server.uuid = ServerId::random();
  server.uuid_short = server.uuid.text().substr(0, kShortIdLength);
  server.external_id = request.external_id;
  server.node = request.node_uuid;
  server.owner = request.owner_uuid.value_or(owner);
  server.configuration = request.backup_configuration_uuid;
  server.name = request.name;
  server.description = unless_blank(request.description);
  server.status = ServerStatus::kInstalling;
  server.limits = request.limits;
  server.feature_limits = request.feature_limits;
  server.path = request.path;
  server.runtime = request.runtime.value_or(wire::RuntimeChoice{});
  server.owners = request.owners.value_or(request.path ? wire::OwnerPolicy::kPreserve : wire::OwnerPolicy::kServer);
  server.created = now;
  return server;
}

bool is_living_node(Connection& connection, NodeId id) {
  const auto node = NodeRepository(connection).find(id);
  return node && !node->deleted;
}

void check_relations(Connection& connection, const ServerRecord& server) {
  Relations relations;
  relations.require(is_living_node(connection, server.node), "node");
  relations.require(UserRepository(connection).exists(server.owner), "owner");
  relations.require(ConfigurationRepository(connection).exists_if_given(server.configuration), "backup_configuration");
  relations.check();
}

// Every runtime but `none` is one that the node declares by name.
void check_runtime(const wire::RuntimeChoice& runtime) {
  Relations faults;
  if (runtime.kind != "none" && !runtime.name) {
    faults.add_fault(fmt::format("runtime.name: is needed for the runtime {}", runtime.kind));
  }
  faults.check();
}

template <class Write>
void with_server_conflicts(Write write) {
  try {
    write();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kConflict) throw;
    throw Error(ErrorKind::kConflict, "server with this external id or path already exists");
  }
}

boost::json::object facts_of(const ServerRecord& server) {
  boost::json::object facts{{"uuid", server.uuid.text()},           {"name", server.name},
                            {"node_uuid", server.node.text()},      {"owner_uuid", server.owner.text()},
                            {"backup_configuration_uuid", nullptr}, {"path", nullptr}};
  if (server.configuration) facts["backup_configuration_uuid"] = server.configuration->text();
  if (server.path) facts["path"] = *server.path;
  return facts;
}

bool concerns_node(const wire::UpdateServer& change) {
  return change.name || !change.description.is_absent() || change.limits || change.suspended || change.runtime;
}

bool is_unreachable(const Error& error) {
  return error.kind() == ErrorKind::kUnavailable || error.kind() == ErrorKind::kTimeout;
}

}  // namespace

ServerService::ServerService(const Foundation& foundation, const NodeCredentials& credentials, ServerBackups& backups)
    : foundation_(foundation), credentials_(credentials), backups_(backups), started_(foundation.clock.now()) {}

wire::Page<wire::Server> ServerService::list(const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return ServerRepository(snapshot.connection()).list(query);
}

wire::Server ServerService::show(ServerId id) {
  auto connection = foundation_.database.reader();
  return ServerRepository(connection).show(id);
}

wire::Server ServerService::create(const wire::CreateServer& request, UserId owner, const Actor& actor) {
  const auto server = record_of(request, owner, foundation_.clock.now());
  check_runtime(server.runtime);
  with_transaction(foundation_.database, [&](Connection& connection) {
    check_relations(connection, server);
    with_server_conflicts([&] { ServerRepository(connection).insert(server); });
  });
  // The node asks the Panel about the server while it answers, so the row is there first, as `installing`.
  try {
    tell_node_of(server, request.start_on_completion);
  } catch (const Error& error) {
    undo_creation(server, is_unreachable(error));
    throw;
  }
  return with_transaction(foundation_.database, [&](Connection& connection) {
    ServerRepository servers(connection);
    servers.change_status(server.uuid, ServerStatus::kInstalling, std::nullopt);
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "server:create", .data = facts_of(server), .server = server.uuid});
    return servers.show(server.uuid);
  });
}

void ServerService::update(ServerId id, const wire::UpdateServer& request, const Actor& actor) {
  if (request.runtime) check_runtime(*request.runtime);
  const auto changed = with_transaction(foundation_.database, [&](Connection& connection) {
    ServerRepository servers(connection);
    servers.lock(id);
    auto server = servers.get(id);
    server.owner = request.owner_uuid.value_or(server.owner);
    request.backup_configuration_uuid.apply_to(server.configuration);
    request.external_id.apply_to(server.external_id);
    server.name = request.name.value_or(server.name);
    apply_text(request.description, server.description);
    server.limits = request.limits.value_or(server.limits);
    server.feature_limits = request.feature_limits.value_or(server.feature_limits);
    server.suspended = request.suspended.value_or(server.suspended);
    server.runtime = request.runtime.value_or(server.runtime);
    check_relations(connection, server);
    with_server_conflicts([&] { servers.update(server); });
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "server:update", .data = facts_of(server), .server = id});
    return server;
  });
  if (concerns_node(request)) tell_node_of_change(changed);
}

void ServerService::remove(ServerId id, const wire::DeleteServer& request, const Actor& actor) {
  const auto require_idle = [&](Connection& connection) {
    ServerRepository servers(connection);
    servers.lock(id);
    if (servers.is_busy(id)) {
      throw Error(ErrorKind::kConflict, "an operation of this server is still running: wait for it or cancel it");
    }
    return servers.get(id);
  };
  const auto server = with_transaction(foundation_.database, require_idle);
  try {
    foundation_.nodes.delete_server(address_of(server.node), id);
  } catch (const Error& error) {
    if (!request.force) throw;
    foundation_.log.warning("a server is deleted although its node could not be told",
                            {{"server", id.text()}, {"reason", error.message()}});
  }
  with_transaction(foundation_.database, [&](Connection& connection) {
    require_idle(connection);
    if (request.delete_backups) backups_.delete_all(connection, id, actor);
    ServerRepository(connection).remove(id);
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "server:delete",
                     .data = {{"uuid", id.text()},
                              {"name", server.name},
                              {"force", request.force},
                              {"delete_backups", request.delete_backups}}});
  });
  if (request.delete_backups) backups_.wake();
}

void ServerService::finish_interrupted() {
  std::vector<ServerRecord> installing;
  {
    auto connection = foundation_.database.reader();
    installing = ServerRepository(connection).in_status(ServerStatus::kInstalling);
  }
  for (const auto& server : installing) {
    const bool ours_to_finish =
        server.created < started_ || server.created + kInterruptedAfter < foundation_.clock.now();
    if (!ours_to_finish) continue;
    try {
      tell_node_of(server, false);
      auto connection = foundation_.database.writer();
      ServerRepository(connection).change_status(server.uuid, ServerStatus::kInstalling, std::nullopt);
    } catch (const Error& error) {
      if (is_unreachable(error)) continue;  // asked again at the next turn
      foundation_.log.warning("a server whose creation was interrupted is refused by its node and removed",
                              {{"server", server.uuid.text()}, {"reason", error.message()}});
      undo_creation(server, true);
    }
  }
}

wire::Page<wire::ClientServer> ServerService::list_for(const Caller& caller, const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  ServerFilter filter;
  if (!caller.admin) filter.owner = caller.user;
  const auto servers = ServerRepository(snapshot.connection()).list(query, filter);
  wire::Page<wire::ClientServer> page{
      .total = servers.total, .per_page = servers.per_page, .page = servers.page, .data = {}};
  for (const auto& server : servers.data) {
    page.data.push_back(client_view(server, caller.server_ceiling, server.owner.uuid == caller.user));
  }
  return page;
}

wire::ClientServer ServerService::show_for(const ServerAccess& access) {
  return client_view(show(access.server.uuid), access.permissions, access.is_owner);
}

void ServerService::tell_node_of(const ServerRecord& server, bool start_on_completion) {
  foundation_.nodes.create_server(address_of(server.node),
                                  {.uuid = server.uuid, .start_on_completion = start_on_completion});
}

void ServerService::tell_node_of_change(const ServerRecord& server) {
  try {
    foundation_.nodes.sync_server(address_of(server.node), server.uuid);
  } catch (const Error& error) {
    // The change holds; the node asks for all its servers when it comes back.
    foundation_.log.warning("a node could not be told of a changed server",
                            {{"server", server.uuid.text()}, {"reason", error.message()}});
  }
}

void ServerService::undo_creation(const ServerRecord& server, bool perhaps_on_node) {
  if (perhaps_on_node) {
    try {
      foundation_.nodes.delete_server(address_of(server.node), server.uuid);
    } catch (const Error& error) {
      foundation_.log.warning("a server that could not be created may have left something on its node",
                              {{"server", server.uuid.text()}, {"reason", error.message()}});
    }
  }
  auto connection = foundation_.database.writer();
  ServerRepository(connection).remove(server.uuid);
}

NodeAddress ServerService::address_of(NodeId node) {
  auto connection = foundation_.database.reader();
  return credentials_.address(connection, node);
}

}  // namespace strata::panel
