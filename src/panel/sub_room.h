#pragma once

#include "strata/panel/gate/route_table.h"
#include "strata/panel/upkeep/upkeep.h"

namespace strata::panel {

/// One resource of the Panel (locations, backups, …): what it adds to the house. Both are called once, before anything
/// is served; the handlers and duties it adds live as long as it does.
class SubRoom {
 public:
  virtual ~SubRoom() = default;
  virtual void add_routes(RouteTable& routes) = 0;
  virtual void add_duties(Upkeep&) {}
};

}  // namespace strata::panel
