#include "strata/panel/accounts/account_room.h"

#include <chrono>

#include "strata/panel/accounts/user_repository.h"

namespace strata::panel {

namespace {

http::CookieOptions cookie_options(bool secure, std::chrono::seconds lifetime) {
  http::CookieOptions options;
  options.max_age_seconds = lifetime.count();
  options.secure = secure;
  return options;
}

}  // namespace

void AccountRoom::add_routes(RouteTable& routes) {
  add_sign_in_routes(routes);
  add_own_routes(routes);
  add_user_routes(routes);
}

void AccountRoom::add_sign_in_routes(RouteTable& routes) {
  routes.post("/api/auth/login", "Sign in with user name or e-mail address and password")
      .needs(Access::everybody())
      .limited(rate_rules::kLoginAddress)
      .may_refuse({401})
      .body<wire::LoginRequest>()
      .answers<wire::LoginAnswer>()
      .by([this](Call& call, const wire::LoginRequest& request) { return sign_in(call, request); });
  routes.post("/api/auth/logout", "Sign out").needs(Access::session()).by([this](Call& call) {
    accounts_.sign_out(call.caller());
    auto response = http::json_response(200, boost::json::object());
    http::set_cookie(response, kSessionCookie, "", cookie_options(secure_cookies_ || call.request().tls, {}));
    return response;
  });
}

http::Response AccountRoom::sign_in(Call& call, const wire::LoginRequest& request) {
  call.limit(rate_rules::kLoginAccount, login_key(request.user));
  const auto& http_request = call.request();
  const auto signed_in = accounts_.sign_in(request, http_request.peer_address, http_request.headers.get("User-Agent"));
  auto response = http::answer(wire::LoginAnswer{.user = signed_in.user});
  http::set_cookie(response, kSessionCookie, signed_in.cookie.reveal(),
                   cookie_options(secure_cookies_ || http_request.tls, Sessions::kIdleLifetime));
  return response;
}

void AccountRoom::add_own_routes(RouteTable& routes) {
  routes.get("/api/client/account", "Show one's own account")
      .needs(Access::user({"account.read"}))
      .answers<wire::User>("user")
      .by([this](Call& call) { return accounts_.user(call.caller().user); });
  const std::string keys = "/api/client/account/api-keys";
  routes.get(keys, "List one's API keys")
      .needs(Access::user({"api-keys.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::ApiKey>>("api_keys")
      .by([this](Call& call, const wire::PageQuery& query) { return accounts_.api_keys(call.caller().user, query); });
  routes.post(keys, "Make an API key; the answer is the only time it is shown")
      .needs(Access::user({"api-keys.create"}))
      .may_refuse({417})
      .body<wire::CreateApiKey>()
      .answers<wire::CreatedApiKey>()
      .by([this](Call& call, const wire::CreateApiKey& request) {
        return accounts_.create_api_key(call.caller().user, request, &call.caller());
      });
  routes.remove(keys + "/{api_key}", "Delete an API key")
      .needs(Access::user({"api-keys.delete"}))
      .by([this](Call& call) { accounts_.delete_api_key(call.caller(), call.id<ApiKeyId>("api_key")); });
}

void AccountRoom::add_user_routes(RouteTable& routes) {
  const std::string all = "/api/admin/users";
  routes.get(all, "List the users; search looks in the user names")
      .needs(Access::admin({"users.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::User>>("users")
      .by([this](Call&, const wire::PageQuery& query) { return accounts_.users(query); });
  routes.post(all, "Create a user")
      .needs(Access::admin({"users.create"}))
      .may_refuse({409})
      .body<wire::CreateUser>()
      .answers<wire::User>("user")
      .by([this](Call& call, const wire::CreateUser& request) {
        // Else a key narrowed to creating users could make itself an administrator.
        if (request.admin && !call.caller().admin_permissions.is_everything()) {
          throw Error(ErrorKind::kForbidden, "only an unrestricted administrator can make another");
        }
        return accounts_.create_user(request, call.actor());
      });
  routes.get(all + "/{user}", "Show a user")
      .needs(Access::admin({"users.read"}))
      .answers<wire::User>("user")
      .by([this](Call& call) { return accounts_.user(call.id<UserId>("user")); });
}

void AccountRoom::add_duties(Upkeep& upkeep) {
  upkeep.every("forget expired sessions", std::chrono::hours(1),
               [this](const std::stop_token&) { accounts_.sessions().forget_expired(); });
}

}  // namespace strata::panel
