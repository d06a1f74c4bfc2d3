#include "strata/panel/accounts/authenticator.h"

#include "strata/base/error.h"
#include "strata/http/websocket.h"

namespace strata::panel {

namespace {

Caller caller_of(const wire::User& user, const http::Request& request) {
  if (user.suspended) throw Error(ErrorKind::kForbidden, "account is suspended");
  Caller caller;
  caller.user = user.uuid;
  caller.username = user.username;
  caller.admin = user.admin;
  caller.user_permissions = PermissionSet::everything();
  if (user.admin) caller.admin_permissions = PermissionSet::everything();
  caller.server_ceiling = PermissionSet::everything();
  caller.address = request.peer_address;
  return caller;
}

void narrow(PermissionSet& held, const std::optional<std::vector<std::string>>& names) {
  if (names) held = held.narrowed_to(PermissionSet(*names));
}

}  // namespace

Caller Authenticator::authenticate(const http::Request& request) {
  if (request.headers.has("Authorization")) {
    const auto known = api_keys_.find(request.bearer_token());
    if (!known) throw Error(ErrorKind::kUnauthorized, "invalid API key");
    auto caller = caller_of(known->user, request);
    caller.api_key = known->key.uuid;
    narrow(caller.user_permissions, known->key.user_permissions);
    narrow(caller.admin_permissions, known->key.admin_permissions);
    narrow(caller.server_ceiling, known->key.server_permissions);
    return caller;
  }
  const auto cookie = request.cookie(kSessionCookie);
  if (!cookie) throw Error(ErrorKind::kUnauthorized, "unauthorized");
  const auto session = sessions_.find(*cookie);
  if (!session) throw Error(ErrorKind::kUnauthorized, "invalid session");
  auto caller = caller_of(session->user, request);
  caller.session = session->session;
  return caller;
}

void require_same_site(const http::Request& request) {
  const auto fetch_site = request.headers.get("Sec-Fetch-Site");
  const bool fetched_here = fetch_site.empty() || fetch_site == "same-origin" || fetch_site == "none";
  if (!fetched_here || !http::is_same_origin(request)) {
    throw Error(ErrorKind::kForbidden, "this request comes from another site");
  }
}

}  // namespace strata::panel
