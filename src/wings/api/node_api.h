#pragma once

#include <string>

#include "strata/http/router.h"
#include "strata/wings/wings.h"

namespace strata::wings {

/// The node's HTTP face (spec/wings 2): commands of the Panel with its bearer, downloads and WebSockets of browsers
/// with signed single-use tokens. Refusals are `{"error": "..."}`. Any thread.
class NodeApi {
 public:
  /// `wings` outlives this and the router it is mounted on.
  NodeApi(Wings& wings, std::string version) : wings_(wings), version_(std::move(version)) {}

  /// What the router of this API needs: error form and CORS headers.
  static http::RouterOptions router_options(const ConfigurationStore& configuration);

  void mount(http::Router& router);

 private:
  void add_backup_routes(http::Router& router);
  void add_operation_routes(http::Router& router);
  void add_server_routes(http::Router& router);
  void add_system_routes(http::Router& router);
  void add_browser_routes(http::Router& router);

  /// Wraps a handler: only the Panel gets in.
  http::Handler for_panel(http::Handler handler) const;

  Wings& wings_;
  std::string version_;
};

}  // namespace strata::wings
