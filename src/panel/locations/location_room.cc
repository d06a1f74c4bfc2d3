#include "strata/panel/locations/location_room.h"

namespace strata::panel {

void LocationRoom::add_routes(RouteTable& routes) {
  const std::string all = "/api/admin/locations";
  const std::string one = all + "/{location}";
  routes.get(all, "List the locations")
      .needs(Access::admin({"locations.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Location>>("locations")
      .by([this](Call&, const wire::PageQuery& query) { return service_.list(query); });
  routes.post(all, "Create a location")
      .needs(Access::admin({"locations.create"}))
      .may_refuse({409})
      .body<wire::CreateLocation>()
      .answers<wire::Location>("location")
      .by([this](Call& call, const wire::CreateLocation& request) { return service_.create(request, call.actor()); });
  routes.get(one, "Show a location")
      .needs(Access::admin({"locations.read"}))
      .answers<wire::Location>("location")
      .by([this](Call& call) { return service_.show(call.id<LocationId>("location")); });
  routes.patch(one, "Change a location, or assign a backup configuration to it")
      .needs(Access::admin({"locations.read", "locations.update"}))
      .may_refuse({409})
      .body<wire::UpdateLocation>()
      .by([this](Call& call, const wire::UpdateLocation& request) {
        service_.update(call.id<LocationId>("location"), request, call.actor());
      });
  routes.remove(one, "Delete a location without nodes")
      .needs(Access::admin({"locations.read", "locations.delete"}))
      .may_refuse({409})
      .by([this](Call& call) { service_.remove(call.id<LocationId>("location"), call.actor()); });
  routes.get(one + "/nodes", "List the nodes of a location")
      .needs(Access::admin({"locations.read", "nodes.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Node>>("nodes")
      .by([this](Call& call, const wire::PageQuery& query) {
        return service_.nodes(call.id<LocationId>("location"), query);
      });
}

}  // namespace strata::panel
