#include "strata/panel/gate/system_room.h"

#include "strata/http/router.h"
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
        // Not thrown: whoever polls this while the Panel starts is no failure to log.
        if (!ready_) return http::json_response(503, http::error_list({"the Panel is starting or stopping"}));
        database_.query_one("select 1 as answer");
        return http::answer(wire::Health{.status = "ok", .version = version_});
      });
}

}  // namespace strata::panel
