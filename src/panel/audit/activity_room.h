#pragma once

#include "strata/panel/foundation.h"
#include "strata/panel/sub_room.h"
#include "strata/wire/activities.h"

namespace strata::panel {

/// The audit log, for administrators.
class ActivityRoom final : public SubRoom {
 public:
  explicit ActivityRoom(const Foundation& foundation) : foundation_(foundation) {}
  void add_routes(RouteTable& routes) override;

 private:
  wire::Page<wire::Activity> list(const wire::PageQuery& query);
  const Foundation foundation_;
};

}  // namespace strata::panel
