#include "strata/app/control_plane.h"

#include "strata/base/version.h"

namespace strata::app {
namespace {

http::ClientOptions node_client_options() {
  http::ClientOptions options;
  options.user_agent = "strata-panel/" + std::string(kVersion);
  // A node answers a command when it is durable; a foreground deletion may take its minute.
  options.total_timeout = std::chrono::seconds(75);
  return options;
}

}  // namespace

ControlPlane::ControlPlane(ControlPlaneOptions options, crypto::RootKey key, const Clock& clock, Log& log)
    : database_(database::Database::open(options.database_url)),
      sealer_(std::move(key)),
      gateway_(node_client_options(), BootId::random()),
      foundation_{.database = database_, .sealer = sealer_, .clock = clock, .log = log, .nodes = gateway_},
      panel_(std::make_unique<panel::Panel>(foundation_, panel::PanelOptions{.version = std::string(kVersion),
                                                                             .rate_limits = options.rate_limits,
                                                                             .secure_cookies = options.secure_cookies,
                                                                             .password_cost = {}})),
      router_(log, panel::Panel::router_options()) {
  panel_->mount(router_);
}

}  // namespace strata::app
