#pragma once

#include "strata/panel/locations/location_service.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Locations (spec/panel 2.4).
class LocationRoom final : public SubRoom {
 public:
  explicit LocationRoom(const Foundation& foundation) : service_(foundation) {}
  void add_routes(RouteTable& routes) override;

 private:
  LocationService service_;
};

}  // namespace strata::panel
