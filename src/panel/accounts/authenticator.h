#pragma once

#include "strata/http/message.h"
#include "strata/panel/accounts/api_keys.h"
#include "strata/panel/accounts/caller.h"
#include "strata/panel/accounts/sessions.h"

namespace strata::panel {

/// Finds out who sends a request: an API key in `Authorization: Bearer`, else the session cookie. Any thread.
class Authenticator {
 public:
  /// Both outlive this object.
  Authenticator(Sessions& sessions, ApiKeys& api_keys) : sessions_(sessions), api_keys_(api_keys) {}

  /// kUnauthorized when there are no credentials or they do not hold, kForbidden for a suspended account.
  Caller authenticate(const http::Request& request);

 private:
  Sessions& sessions_;
  ApiKeys& api_keys_;
};

/// Against cross-site requests that ride on a cookie: kForbidden when a browser says that another site sent this one.
/// To be asked for every request that changes something and carries no bearer token.
void require_same_site(const http::Request& request);

}  // namespace strata::panel
