#include "strata/panel/gate/system_room.h"

#include "strata/wire/health.h"

namespace strata::panel {

void SystemRoom::add_routes(RouteTable& routes) {
  routes.get("/health", "Tell that the Panel runs")
      .needs(Access::everybody())
      .answers<wire::Health>()
      .by([this](Call&) { return wire::Health{.status = "ok", .version = version_}; });
  routes.get("/ready", "Tell whether the Panel can serve: 503 while it starts, stops, or has no database")
      .needs(Access::everybody())
      .may_refuse({503})
      .answers<wire::Health>()
      .by([this](Call&) {
        if (!ready_) throw Error(ErrorKind::kUnavailable, "the Panel is starting or stopping");
        database_.query_one("select 1 as answer");
        return wire::Health{.status = "ok", .version = version_};
      });
}

}  // namespace strata::panel
