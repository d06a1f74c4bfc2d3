#include "strata/panel/nodes/node_service.h"

#include <fmt/format.h>

#include "strata/base/random.h"
#include "strata/database/transaction.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/locations/location_repository.h"
#include "strata/panel/nodes/node_configuration.h"
#include "strata/panel/rules/service_rules.h"

namespace strata::panel {

using database::Connection;
using database::Transaction;
using database::with_transaction;

namespace {

constexpr std::string_view kWhat = "node";

void check_relations(Connection& connection, const NodeRecord& node) {
  Relations relations;
  relations.require(LocationRepository(connection).exists(node.location), "location");
  relations.require(ConfigurationRepository(connection).exists_if_given(node.configuration), "backup_configuration");
  relations.check();
}

boost::json::object facts_of(const NodeRecord& node) {
  boost::json::object facts{{"uuid", node.uuid.text()},
                            {"name", node.name},
                            {"location_uuid", node.location.text()},
                            {"backup_configuration_uuid", nullptr},
                            {"url", node.url},
                            {"maintenance_enabled", node.maintenance_enabled}};
  if (node.configuration) facts["backup_configuration_uuid"] = node.configuration->text();
  return facts;
}

void apply(const wire::UpdateNode& request, NodeRecord& node) {
  node.location = request.location_uuid.value_or(node.location);
  request.backup_configuration_uuid.apply_to(node.configuration);
  node.name = request.name.value_or(node.name);
  apply_text(request.description, node.description);
  node.deployment_enabled = request.deployment_enabled.value_or(node.deployment_enabled);
  node.maintenance_enabled = request.maintenance_enabled.value_or(node.maintenance_enabled);
  request.public_url.apply_to(node.public_url);
  node.url = request.url.value_or(node.url);
  request.sftp_host.apply_to(node.sftp_host);
  if (request.sftp_port) node.sftp_port = *request.sftp_port;
  node.memory = request.memory.value_or(node.memory);
  node.disk = request.disk.value_or(node.disk);
}

Activity about(std::string_view event, const NodeRecord& node) {
  return {.event = event, .data = {{"uuid", node.uuid.text()}, {"name", node.name}}};
}

}  // namespace

wire::Page<wire::Node> NodeService::list(const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return NodeRepository(snapshot.connection()).list(query);
}

wire::Node NodeService::show(NodeId id) {
  auto connection = foundation_.database.reader();
  return NodeRepository(connection).show(id);
}

wire::Node NodeService::create(const wire::CreateNode& request, const Actor& actor) {
  NodeRecord made;
  made.uuid = NodeId::random();
  made.location = request.location_uuid;
  made.configuration = request.backup_configuration_uuid;
  made.name = request.name;
  made.description = unless_blank(request.description);
  made.deployment_enabled = request.deployment_enabled;
  made.maintenance_enabled = request.maintenance_enabled;
  made.public_url = request.public_url;
  made.url = request.url;
  made.sftp_host = request.sftp_host;
  made.sftp_port = request.sftp_port;
  made.memory = request.memory;
  made.disk = request.disk;
  made.token_id = random_alphanumeric(16);
  made.created = foundation_.clock.now();
  return with_transaction(foundation_.database, [&](Connection& connection) {
    check_relations(connection, made);
    NodeRepository nodes(connection);
    with_unique_name(kWhat, [&] { nodes.insert(made); });
    credentials_.renew(connection, made.uuid, made.created);
    record_activity(connection, made.created, actor, {.event = "node:create", .data = facts_of(made)});
    return nodes.show(made.uuid);
  });
}

void NodeService::update(NodeId id, const wire::UpdateNode& request, const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    NodeRepository nodes(connection);
    auto node = nodes.get(id);
    apply(request, node);
    check_relations(connection, node);
    with_unique_name(kWhat, [&] { nodes.update(node); });
    record_activity(connection, foundation_.clock.now(), actor, {.event = "node:update", .data = facts_of(node)});
  });
}

void NodeService::remove(NodeId id, bool force, const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    NodeRepository nodes(connection);
    const auto node = nodes.get(id);
    if (nodes.server_count(id) > 0) throw Error(ErrorKind::kConflict, "node has servers, cannot delete");
    const auto backups = nodes.backup_count(id);
    if (backups > 0 && !force) {
      throw Error(ErrorKind::kConflict,
                  fmt::format("node holds {}, cannot delete; delete them first, or delete the node "
                              "by force: it then stays, hidden, until they are gone",
                              counted(backups, "backup")));
    }
    record_activity(connection, foundation_.clock.now(), actor, about("node:delete", node));
    if (backups > 0) {
      nodes.hide(id, foundation_.clock.now());
    } else {
      nodes.remove(id);
      credentials_.remove(connection, id);
    }
  });
}

wire::NodeCredentials NodeService::credentials(NodeId id, const Actor& actor) {
  return with_transaction(foundation_.database, [&](Connection& connection) {
    const auto node = NodeRepository(connection).get(id);
    record_activity(connection, foundation_.clock.now(), actor, about("node:token.read", node));
    return credentials_.read(connection, id);
  });
}

wire::NodeCredentials NodeService::reset_credentials(NodeId id, const Actor& actor) {
  return with_transaction(foundation_.database, [&](Connection& connection) {
    const auto node = NodeRepository(connection).get(id);
    record_activity(connection, foundation_.clock.now(), actor, about("node:reset-token", node));
    return credentials_.renew(connection, id, foundation_.clock.now());
  });
}

wire::JoinCode NodeService::make_join_code(NodeId id, const Actor& actor) {
  return with_transaction(foundation_.database, [&](Connection& connection) {
    const auto node = NodeRepository(connection).get(id);
    record_activity(connection, foundation_.clock.now(), actor, about("node:join-code.create", node));
    return join_codes_.make(connection, id, foundation_.clock.now());
  });
}

wire::JoinAnswer NodeService::redeem_join_code(std::string_view code, const Actor& actor) {
  return with_transaction(foundation_.database, [&](Connection& connection) {
    auto joined = join_codes_.redeem(connection, code, foundation_.clock.now());
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "node:join", .data = {{"uuid", joined.uuid.text()}, {"name", joined.name}}});
    return joined;
  });
}

void NodeService::forget_expired_join_codes() {
  join_codes_.forget_expired(foundation_.database, foundation_.clock.now());
}

boost::json::value NodeService::configuration(NodeId id) {
  return without_credentials(foundation_.nodes.configuration(address_of(id)));
}

wire::ConfigurationApplied NodeService::change_configuration(NodeId id, const boost::json::value& changes,
                                                             const Actor& actor) {
  const auto address = address_of(id);
  require_changeable(changes);
  const auto applied = foundation_.nodes.change_configuration(address, changes);
  with_transaction(foundation_.database, [&](Connection& connection) {
    record_activity(
        connection, foundation_.clock.now(), actor,
        {.event = "node:config.update", .data = {{"uuid", id.text()}, {"name", address.name}, {"changes", changes}}});
  });
  return applied;
}

NodeAddress NodeService::address_of(NodeId id) {
  auto connection = foundation_.database.reader();
  NodeRepository(connection).get(id);
  return credentials_.address(connection, id);
}

}  // namespace strata::panel
