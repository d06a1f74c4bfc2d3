#include "strata/wings/servers/server_registry.h"

#include <utility>

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"

namespace strata::wings {
namespace {

void store(database::Connection& connection, const wire::RemoteServerSettings& settings, Timestamp now) {
  connection.execute(
      "insert into servers (id, settings, updated) values (:id, :settings, :now) "
      "on conflict (id) do update set settings = excluded.settings, updated = excluded.updated",
      {{"id", settings.uuid}, {"settings", describe::to_text(settings)}, {"now", now}});
}

void drop(database::Connection& connection, ServerId id) {
  connection.execute("delete from servers where id = :id", {{"id", id}});
}

}  // namespace

ServerRegistry::ServerRegistry(database::Database& database, const Clock& clock) : database_(database), clock_(clock) {
  for (const auto& row : database_.query("select settings from servers order by id")) {
    auto server = std::make_shared<const wire::RemoteServerSettings>(
        describe::parse<wire::RemoteServerSettings>(row.text("settings"), 64_MiB));
    servers_.emplace(server->uuid, std::move(server));
  }
}

ServerRegistry::Server ServerRegistry::find(ServerId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = servers_.find(id);
  return found == servers_.end() ? nullptr : found->second;
}

ServerRegistry::Server ServerRegistry::get(ServerId id) const {
  auto server = find(id);
  if (!server) throw Error(ErrorKind::kNotFound, "server not found");
  return server;
}

std::vector<ServerRegistry::Server> ServerRegistry::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Server> all;
  all.reserve(servers_.size());
  for (const auto& [id, server] : servers_) all.push_back(server);
  return all;
}

void ServerRegistry::put(const wire::RemoteServerSettings& settings) {
  const std::lock_guard lock(mutex_);
  auto connection = database_.writer();
  store(connection, settings, clock_.now());
  servers_.insert_or_assign(settings.uuid, std::make_shared<const wire::RemoteServerSettings>(settings));
}

std::vector<ServerRegistry::Server> ServerRegistry::replace_all(
    const std::vector<wire::RemoteServerSettings>& settings) {
  const std::lock_guard lock(mutex_);
  std::map<ServerId, Server> next;
  for (const auto& server : settings) {
    next.insert_or_assign(server.uuid, std::make_shared<const wire::RemoteServerSettings>(server));
  }
  std::vector<Server> gone;
  for (const auto& [id, server] : servers_) {
    if (!next.contains(id)) gone.push_back(server);
  }
  database::run_in_transaction(database_, [&](database::Connection& connection) {
    for (const auto& server : gone) drop(connection, server->uuid);
    for (const auto& [id, server] : next) store(connection, *server, clock_.now());
  });
  servers_ = std::move(next);
  return gone;
}

bool ServerRegistry::remove(ServerId id) {
  const std::lock_guard lock(mutex_);
  auto connection = database_.writer();
  drop(connection, id);
  return servers_.erase(id) > 0;
}

}  // namespace strata::wings
