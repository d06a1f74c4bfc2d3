#pragma once

#include "strata/panel/servers/server_service.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Servers, for administrators (spec/panel 2.6) and as customers see them.
class ServerRoom final : public SubRoom {
 public:
  /// `credentials` and `backups` outlive the room.
  ServerRoom(const Foundation& foundation, const NodeCredentials& credentials, ServerBackups& backups)
      : service_(foundation, credentials, backups) {}
  void add_routes(RouteTable& routes) override;
  void add_duties(Upkeep& upkeep) override;
  ServerService& service() { return service_; }

 private:
  ServerService service_;
};

}  // namespace strata::panel
