#pragma once

#include "strata/panel/configurations/configuration_service.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Backup configurations and explain (spec/panel 2.1).
class ConfigurationRoom final : public SubRoom {
 public:
  explicit ConfigurationRoom(const Foundation& foundation) : foundation_(foundation), service_(foundation) {}
  void add_routes(RouteTable& routes) override;

 private:
  void add_holder_routes(RouteTable& routes);
  const Foundation foundation_;
  ConfigurationService service_;
};

}  // namespace strata::panel
