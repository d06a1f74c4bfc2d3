#include "strata/wings/api/node_api.h"

#include <algorithm>

#include "strata/base/error.h"
#include "strata/crypto/constant_time_equal.h"
#include "strata/wings/api/request_parts.h"
#include "strata/wire/headers.h"

namespace strata::wings {
namespace {

constexpr int kUnauthorized = 401;

/// A browser may call from the Panel and from the origins the node's administrator named.
std::string allowed_origin(const Configuration& configuration, std::string_view origin) {
  const auto& allowed = configuration.allowed_origins;
  const bool listed =
      std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) { return one == "*" || one == origin; });
  if (!origin.empty() && listed) return std::string(origin);
  std::string panel = configuration.remote;
  while (panel.ends_with('/')) panel.pop_back();
  return panel;
}

void add_cors(const Configuration& configuration, const http::Request& request, http::Response& response) {
  const std::string origin = allowed_origin(configuration, request.headers.get("Origin"));
  if (!http::Headers::is_valid("Access-Control-Allow-Origin", origin)) return;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS");
  response.headers.set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Range");
  response.headers.set("Access-Control-Max-Age", "7200");
  response.headers.set("Vary", "Origin");
  if (configuration.allow_cors_private_network) response.headers.set("Access-Control-Allow-Private-Network", "true");
}

}  // namespace

http::RouterOptions NodeApi::router_options(const ConfigurationStore& configuration) {
  return {.error_format = http::error_text,
          .security = std::nullopt,
          .finish = [&configuration](const http::Request& request, http::Response& response) {
            if (response.status == kUnauthorized) response.headers.set("WWW-Authenticate", "Bearer");
            add_cors(*configuration.snapshot(), request, response);
          }};
}

http::Handler NodeApi::for_panel(http::Handler handler) const {
  return [this, handler = std::move(handler)](http::Request& request) {
    const auto token = request.bearer_token();
    if (token.empty()) throw Error(ErrorKind::kUnauthorized, "invalid authorization header");
    if (!crypto::constant_time_equal(token, wings_.keys().panel_to_node.reveal()))
      throw Error(ErrorKind::kUnauthorized, "invalid authorization token");
    auto response = handler(request);
    response.headers.set(wire::kBootHeader, wings_.boot().text());
    return response;
  };
}

void NodeApi::mount(http::Router& router) {
  add_backup_routes(router);
  add_operation_routes(router);
  add_server_routes(router);
  add_system_routes(router);
  add_browser_routes(router);
  router.add(http::Method::kOptions, "/api/{path...}", [](http::Request&) { return http::empty_response(); });
  router.add(http::Method::kOptions, "/download/{path...}", [](http::Request&) { return http::empty_response(); });
}

}  // namespace strata::wings
