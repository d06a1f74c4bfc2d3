#pragma once

#include <atomic>
#include <string>

#include "strata/database/database.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// What machines ask before they send people: /health (the process answers) and /ready (it can do its work).
class SystemRoom final : public SubRoom {
 public:
  /// `database` outlives the room.
  SystemRoom(database::Database& database, std::string version) : database_(database), version_(std::move(version)) {}
  void add_routes(RouteTable& routes) override;
  void set_ready(bool ready) { ready_ = ready; }

 private:
  database::Database& database_;
  const std::string version_;
  std::atomic<bool> ready_ = false;
};

}  // namespace strata::panel
