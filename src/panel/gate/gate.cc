#include "strata/panel/gate/gate.h"

#include <chrono>

#include <fmt/format.h>

#include "strata/http/status.h"

namespace strata::panel {

namespace {

const RateRule& rule_of(const Route& route) {
  if (route.rate) return *route.rate;
  return route.access.kind == Access::Kind::kNode ? rate_rules::kRemote : rate_rules::kClient;
}

bool changes_something(http::Method method) {
  return method != http::Method::kGet && method != http::Method::kHead && method != http::Method::kOptions;
}

void require_all(const Access& access, const PermissionSet& held) {
  for (const auto permission : access.permissions) {
    if (!held.has(permission)) {
      throw Error(ErrorKind::kForbidden,
                  fmt::format("you do not have permission to perform this action: {}", permission));
    }
  }
}

http::Response rate_limited(const Error& error, const RateVerdict& verdict) {
  auto response = http::json_response(http::status_of(error.kind()), http::error_list(error.all()));
  const auto reset = std::chrono::ceil<std::chrono::seconds>(verdict.retry_at).time_since_epoch();
  response.headers.set("X-RateLimit-Limit", std::to_string(verdict.limit));
  response.headers.set("X-RateLimit-Remaining", std::to_string(verdict.remaining));
  response.headers.set("X-RateLimit-Reset", std::to_string(reset.count()));
  response.headers.set("Retry-After", std::to_string(verdict.retry_after.count()));
  return response;
}

}  // namespace

void Gate::mount(const RouteTable& routes, http::Router& router) {
  for (const auto& route : routes.routes()) {
    router.add(route.method, route.path, [this, &route](http::Request& request) { return pass(route, request); },
               {.body_limit = route.body_limit});
  }
}

http::Response Gate::pass(const Route& route, http::Request& request) {
  Call call(request, limiter_);
  try {
    call.limit(rule_of(route), request.peer_address);
    if (changes_something(request.method) && !request.headers.has("Authorization")) require_same_site(request);
    admit(route.access, request, call);
    return route.handler(call);
  } catch (const Error& error) {
    if (!call.rate_refusal()) throw;
    return rate_limited(error, *call.rate_refusal());
  }
}

void Gate::admit(const Access& access, const http::Request& request, Call& call) {
  if (access.kind == Access::Kind::kPublic) return;
  if (access.kind == Access::Kind::kNode) {
    auto connection = database_.reader();
    auto node = nodes_.authenticate(connection, request.bearer_token());
    call.admit(NodeCaller{.node = node.uuid, .name = std::move(node.name), .address = request.peer_address});
    return;
  }
  auto caller = authenticator_.authenticate(request);
  switch (access.kind) {
    case Access::Kind::kUser:
      require_all(access, caller.user_permissions);
      break;
    case Access::Kind::kSession:
      if (!caller.session) throw Error(ErrorKind::kForbidden, "this needs a sign-in, not an API key");
      break;
    case Access::Kind::kAdmin:
      if (!caller.admin) throw Error(ErrorKind::kUnauthorized, "unauthorized");
      require_all(access, caller.admin_permissions);
      break;
    case Access::Kind::kServer: {
      auto connection = database_.reader();
      auto server = find_server_for(connection, caller, request.parameter("server"));
      require_all(access, server.permissions);
      if (access.server_gate == Access::ServerGate::kUsable) require_usable(server.server, caller);
      call.admit(std::move(server));
      break;
    }
    case Access::Kind::kPublic:
    case Access::Kind::kNode:
      break;
  }
  call.admit(std::move(caller));
}

}  // namespace strata::panel
