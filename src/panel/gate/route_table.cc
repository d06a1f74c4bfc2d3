#include "strata/panel/gate/route_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::panel {

namespace {

std::optional<PermissionScope> scope_of(Access::Kind kind) {
  switch (kind) {
    case Access::Kind::kUser:
      return PermissionScope::kUser;
    case Access::Kind::kAdmin:
      return PermissionScope::kAdmin;
    case Access::Kind::kServer:
      return PermissionScope::kServer;
    case Access::Kind::kPublic:
    case Access::Kind::kSession:
    case Access::Kind::kNode:
      return std::nullopt;
  }
  return std::nullopt;
}

[[noreturn]] void refuse(const Route& route, std::string_view why) {
  throw Error(ErrorKind::kInternal, fmt::format("route {} {}: {}", http::to_string(route.method), route.path, why));
}

// A misspelt permission would be one that nobody can be given, a server route without a server one that lets all in.
void check(const Route& route) {
  const auto scope = scope_of(route.access.kind);
  for (const auto permission : route.access.permissions) {
    if (!scope || !is_permission(*scope, permission)) refuse(route, fmt::format("no permission '{}'", permission));
  }
  if (route.access.kind == Access::Kind::kAdmin && route.access.permissions.empty()) {
    refuse(route, "an admin route names its permission");
  }
  if (route.access.kind == Access::Kind::kServer && route.path.find("{server}") == std::string::npos) {
    refuse(route, "there is no {server} in its path");
  }
}

}  // namespace

void RouteTable::add(Route route) {
  check(route);
  const bool known = std::any_of(routes_.begin(), routes_.end(), [&](const Route& other) {
    return other.method == route.method && other.path == route.path;
  });
  if (known) refuse(route, "is there twice");
  routes_.push_back(std::move(route));
}

RouteTable::Builder RouteTable::start(http::Method method, std::string path, std::string summary) {
  Route route;
  route.method = method;
  route.path = std::move(path);
  route.summary = std::move(summary);
  return {*this, std::move(route)};
}

}  // namespace strata::panel
