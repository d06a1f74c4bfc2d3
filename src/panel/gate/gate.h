#pragma once

#include "strata/database/database.h"
#include "strata/http/router.h"
#include "strata/panel/accounts/authenticator.h"
#include "strata/panel/gate/rate_limiter.h"
#include "strata/panel/gate/route_table.h"
#include "strata/panel/nodes/node_credentials.h"

namespace strata::panel {

/// The only way to a handler. For each request, in this order: rate limit, cross-site check, who it is, whether they
/// may (Access), then the handler, which reads query and body. Any thread.
class Gate {
 public:
  /// All outlive the gate.
  Gate(database::Database& database, Authenticator& authenticator, const NodeCredentials& nodes, RateLimiter& limiter)
      : database_(database), authenticator_(authenticator), nodes_(nodes), limiter_(limiter) {}

  /// Puts every route of the table onto the router. Gate and table outlive it.
  void mount(const RouteTable& routes, http::Router& router);

 private:
  http::Response pass(const Route& route, http::Request& request);
  void admit(const Access& access, const http::Request& request, Call& call);

  database::Database& database_;
  Authenticator& authenticator_;
  const NodeCredentials& nodes_;
  RateLimiter& limiter_;
};

}  // namespace strata::panel
