#pragma once

#include "strata/panel/backups/live_progress.h"
#include "strata/panel/backups/outcomes.h"
#include "strata/panel/foundation.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// What nodes ask and tell (spec/panel 4): their servers, results, heartbeats, and the reset at their start. Everything
/// is keyed by the calling node; what belongs to another does not exist for it.
class RemoteRoom final : public SubRoom {
 public:
  RemoteRoom(const Foundation& foundation, const NodeCredentials& credentials, Outcomes& outcomes,
             LiveProgress& progress);
  void add_routes(RouteTable& routes) override;

 private:
  void add_server_routes(RouteTable& routes);
  void add_report_routes(RouteTable& routes);
  const Foundation& foundation_;
  const NodeCredentials& credentials_;
  Outcomes& outcomes_;
  LiveProgress& progress_;
};

}  // namespace strata::panel
