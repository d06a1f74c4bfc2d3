#include "strata/panel/servers/server_room.h"

namespace strata::panel {

void ServerRoom::add_routes(RouteTable& routes) {
  const std::string all = "/api/admin/servers";
  const std::string one = all + "/{server}";
  const auto server_of = [](const Call& call) { return call.id<ServerId>("server"); };
  routes.get(all, "List the servers")
      .needs(Access::admin({"servers.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Server>>("servers")
      .by([this](Call&, const wire::PageQuery& query) { return service_.list(query); });
  routes.post(all, "Create a server on a node, or adopt an existing directory")
      .needs(Access::admin({"servers.create"}))
      .may_refuse({409, 417, 503, 504})
      .body<wire::CreateServer>()
      .answers<wire::Server>("server")
      .by([this](Call& call, const wire::CreateServer& request) {
        return service_.create(request, call.caller().user, call.actor());
      });
  routes.get(one, "Show a server")
      .needs(Access::admin({"servers.read"}))
      .answers<wire::Server>("server")
      .by([this, server_of](Call& call) { return service_.show(server_of(call)); });
  routes.patch(one, "Change a server, or assign a backup configuration to it")
      .needs(Access::admin({"servers.read", "servers.update"}))
      .may_refuse({409})
      .body<wire::UpdateServer>()
      .by([this, server_of](Call& call, const wire::UpdateServer& request) {
        service_.update(server_of(call), request, call.actor());
      });
  routes.remove(one, "Delete a server; its backups stay unless they are deleted with it")
      .needs(Access::admin({"servers.read", "servers.delete"}))
      .may_refuse({409, 417, 503, 504})
      .body<wire::DeleteServer>()
      .by([this, server_of](Call& call, const wire::DeleteServer& request) {
        service_.remove(server_of(call), request, call.actor());
      });

  routes.get("/api/client/servers", "List one's own servers")
      .needs(Access::user({"servers.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::ClientServer>>("servers")
      .by([this](Call& call, const wire::PageQuery& query) { return service_.list_for(call.caller(), query); });
  routes.get("/api/client/servers/{server}", "Show one's own server")
      .needs(Access::server({}, Access::ServerGate::kAnyState))
      .answers<wire::ClientServer>("server")
      .by([this](Call& call) { return service_.show_for(call.server()); });
}

void ServerRoom::add_duties(Upkeep& upkeep) {
  upkeep.every("finish interrupted creations", std::chrono::seconds(30),
               [this](const std::stop_token&) { service_.finish_interrupted(); });
}

}  // namespace strata::panel
