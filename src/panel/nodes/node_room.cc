#include "strata/panel/nodes/node_room.h"

namespace strata::panel {

namespace {

std::string all_path() {
  return "/api/admin/nodes";
}

std::string one_path() {
  return all_path() + "/{node}";
}

NodeId node_of(const Call& call) {
  return call.id<NodeId>("node");
}

}  // namespace

void NodeRoom::add_routes(RouteTable& routes) {
  routes.get(all_path(), "List the nodes")
      .needs(Access::admin({"nodes.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Node>>("nodes")
      .by([this](Call&, const wire::PageQuery& query) { return service_.list(query); });
  routes.post(all_path(), "Create a node")
      .needs(Access::admin({"nodes.create"}))
      .may_refuse({409})
      .body<wire::CreateNode>()
      .answers<wire::Node>("node")
      .by([this](Call& call, const wire::CreateNode& request) { return service_.create(request, call.actor()); });
  routes.get(one_path(), "Show a node")
      .needs(Access::admin({"nodes.read"}))
      .answers<wire::Node>("node")
      .by([this](Call& call) { return service_.show(node_of(call)); });
  routes.patch(one_path(), "Change a node, or assign a backup configuration to it")
      .needs(Access::admin({"nodes.read", "nodes.update"}))
      .may_refuse({409})
      .body<wire::UpdateNode>()
      .by([this](Call& call, const wire::UpdateNode& request) {
        service_.update(node_of(call), request, call.actor());
      });
  routes.remove(one_path(), "Delete a node without servers; 409 while it holds backups, unless forced")
      .needs(Access::admin({"nodes.read", "nodes.delete"}))
      .may_refuse({409})
      .query<wire::DeleteQuery>()
      .by([this](Call& call, const wire::DeleteQuery& query) {
        service_.remove(node_of(call), query.force, call.actor());
      });
  add_credential_routes(routes);
  add_configuration_routes(routes);
}

void NodeRoom::add_credential_routes(RouteTable& routes) {
  routes.get(one_path() + "/token", "Show a node's credentials")
      .needs(Access::admin({"nodes.read", "nodes.read-token"}))
      .answers<wire::NodeCredentials>()
      .by([this](Call& call) { return service_.credentials(node_of(call), call.actor()); });
  routes.post(one_path() + "/reset-token", "Replace a node's credentials; the old ones stop working")
      .needs(Access::admin({"nodes.read", "nodes.reset-token"}))
      .answers<wire::NodeCredentials>()
      .by([this](Call& call) { return service_.reset_credentials(node_of(call), call.actor()); });
  routes.post(one_path() + "/join-code", "Make a one-time code for `strata wings configure --join`")
      .needs(Access::admin({"nodes.read", "nodes.read-token"}))
      .answers<wire::JoinCode>()
      .by([this](Call& call) { return service_.make_join_code(node_of(call), call.actor()); });
  routes.post("/api/remote/join", "Trade a join code for a node's credentials")
      .needs(Access::everybody())
      .limited(rate_rules::kJoin)
      .may_refuse({401})
      .body<wire::JoinRequest>()
      .answers<wire::JoinAnswer>()
      .by([this](Call& call, const wire::JoinRequest& request) {
        return service_.redeem_join_code(request.code, call.actor());
      });
}

void NodeRoom::add_configuration_routes(RouteTable& routes) {
  routes.get(one_path() + "/config", "Show a node's configuration")
      .needs(Access::admin({"nodes.read"}))
      .may_refuse({503, 504})
      .answers<boost::json::value>("config")
      .by([this](Call& call) { return service_.configuration(node_of(call)); });
  routes.patch(one_path() + "/config", "Change backups, throttles or the disk limiter of a node, in force at once")
      .needs(Access::admin({"nodes.read", "nodes.update"}))
      .may_refuse({409, 503, 504})
      .body<boost::json::value>()
      .answers<wire::ConfigurationApplied>()
      .by([this](Call& call, const boost::json::value& changes) {
        return service_.change_configuration(node_of(call), changes, call.actor());
      });
}

void NodeRoom::add_duties(Upkeep& upkeep) {
  upkeep.every("forget join codes", std::chrono::hours(1),
               [this](const std::stop_token&) { service_.forget_expired_join_codes(); });
}

}  // namespace strata::panel
