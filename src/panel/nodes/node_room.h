#pragma once

#include "strata/panel/nodes/node_service.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Nodes, their credentials and their configuration (spec/panel 2.5), and how a node joins.
class NodeRoom final : public SubRoom {
 public:
  /// `credentials` outlives the room.
  NodeRoom(const Foundation& foundation, const NodeCredentials& credentials) : service_(foundation, credentials) {}
  void add_routes(RouteTable& routes) override;
  void add_duties(Upkeep& upkeep) override;

 private:
  void add_credential_routes(RouteTable& routes);
  void add_configuration_routes(RouteTable& routes);
  NodeService service_;
};

}  // namespace strata::panel
