#pragma once

#include "strata/panel/accounts/accounts.h"
#include "strata/panel/sub_room.h"

namespace strata::panel {

/// Signing in and out, one's own account and API keys, and the users for administrators.
class AccountRoom final : public SubRoom {
 public:
  /// `accounts` outlives the room. `secure_cookies` false: the cookie also travels over plain http.
  AccountRoom(Accounts& accounts, bool secure_cookies) : accounts_(accounts), secure_cookies_(secure_cookies) {}
  void add_routes(RouteTable& routes) override;
  void add_duties(Upkeep& upkeep) override;

 private:
  void add_sign_in_routes(RouteTable& routes);
  void add_own_routes(RouteTable& routes);
  void add_user_routes(RouteTable& routes);
  http::Response sign_in(Call& call, const wire::LoginRequest& request);
  Accounts& accounts_;
  const bool secure_cookies_;
};

}  // namespace strata::panel
