#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/wings/api/node_api.h"
#include "strata/wings/api/request_parts.h"

namespace strata::wings {
namespace {

namespace json = boost::json;

wire::ServerState state_of(Wings& wings, const ServerRegistry::Server& server) {
  wire::ServerState state;
  state.uuid = server->uuid;
  state.state = std::string(to_string(wings.runtimes().runtime_of(*server)->state()));
  state.is_suspended = server->suspended;
  state.is_locked = wings.operations().is_locked(server->uuid);
  state.path = wings.volumes().path_of(*server);
  state.undo_until = wings.operations().undo_until(server->uuid);
  return state;
}

/// A server whose runtime this node does not declare is not taken: nothing of it stays.
void start_serving(Wings& wings, const ServerRegistry::Server& server, bool start) {
  try {
    const auto runtime = wings.runtimes().runtime_of(*server);
    if (start && runtime->controls()) runtime->start();
  } catch (const Error&) {
    wings.volumes().destroy(*server);
    wings.servers().remove(server->uuid);
    throw;
  }
}

void require_unlocked(Wings& wings, const ServerRegistry::Server& server) {
  if (server->suspended || wings.operations().is_locked(server->uuid))
    throw Error(ErrorKind::kConflict, "server is locked");
}

/// start, stop, restart, kill: through the server's runtime, in the request. `stop` ends a wait when the daemon ends.
void act(Wings& wings, const ServerRegistry::Server& server, std::string_view action, const std::stop_token& stop) {
  if (action != "start" && action != "stop" && action != "restart" && action != "kill")
    throw Error(ErrorKind::kInvalid, "action: choose start, stop, restart or kill");
  require_unlocked(wings, server);
  const auto runtime = wings.runtimes().runtime_of(*server);
  if (!runtime->controls())
    throw Error(ErrorKind::kRefused, "this server has no runtime: nothing here can start or stop it");
  if (action != "start") runtime->stop(stop);
  if (action == "start" || action == "restart") runtime->start();
}

}  // namespace

void NodeApi::add_server_routes(http::Router& router) {
  using http::Method;
  router.add(Method::kGet, "/api/servers", for_panel([this](http::Request&) {
               json::array servers;
               for (const auto& server : wings_.servers().list())
                 servers.push_back(describe::to_json(state_of(wings_, server)));
               return http::json_response(200, servers);
             }));
  router.add(Method::kPost, "/api/servers", for_panel([this](http::Request& request) {
               const auto command = http::parse_body<wire::CreateServerCommand>(request);
               if (wings_.servers().find(command.uuid))
                 throw Error(ErrorKind::kConflict, "server with this uuid already exists");
               start_serving(wings_, wings_.fetch_server(command.uuid), command.start_on_completion);
               return done();
             }));
  router.add(Method::kGet, "/api/servers/{server}", for_panel([this](http::Request& request) {
               return http::answer(state_of(wings_, wings_.servers().get(server_id(request))));
             }));
  router.add(Method::kDelete, "/api/servers/{server}", for_panel([this](http::Request& request) {
               const auto server = wings_.servers().get(server_id(request));
               if (wings_.jobs().holds(server->uuid)) throw Error(ErrorKind::kConflict, "server is locked");
               const auto runtime = wings_.runtimes().runtime_of(*server);
               // An adopted server goes on without us; one of our own goes with its files.
               if (!server->path && runtime->controls()) runtime->stop(request.stop);
               wings_.volumes().destroy(*server);
               wings_.servers().remove(server->uuid);
               return done();
             }));
  router.add(Method::kPost, "/api/servers/{server}/sync", for_panel([this](http::Request& request) {
               wings_.fetch_server(wings_.servers().get(server_id(request))->uuid);
               return done();
             }));
  router.add(Method::kPost, "/api/servers/{server}/power", for_panel([this](http::Request& request) {
               const auto body = http::json_body(request);
               const auto* object = body.if_object();
               const auto* action = object == nullptr ? nullptr : object->if_contains("action");
               if (action == nullptr || !action->is_string())
                 throw Error(ErrorKind::kInvalid, "action: choose start, stop, restart or kill");
               act(wings_, wings_.servers().get(server_id(request)), action->get_string(), request.stop);
               return accepted();
             }));
}

}  // namespace strata::wings
