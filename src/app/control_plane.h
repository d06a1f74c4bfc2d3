#pragma once

#include <memory>
#include <string>

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/crypto/sealer.h"
#include "strata/database/database.h"
#include "strata/http/router.h"
#include "strata/panel/nodes/http_node_gateway.h"
#include "strata/panel/panel.h"

namespace strata::app {

struct ControlPlaneOptions {
  std::string database_url;
  bool rate_limits = true;
  bool secure_cookies = true;
};

/// A Panel with everything it needs, ready to be mounted. One thread, but for what it serves.
class ControlPlane {
 public:
  /// Opens and migrates the database.
  ControlPlane(ControlPlaneOptions options, crypto::RootKey key, const Clock& clock, Log& log);

  panel::Panel& panel() { return *panel_; }
  /// All routes of the Panel; for a server, or for requests in this process.
  http::Router& router() { return router_; }

 private:
  database::Database database_;
  crypto::Sealer sealer_;
  panel::HttpNodeGateway gateway_;
  panel::Foundation foundation_;
  std::unique_ptr<panel::Panel> panel_;
  http::Router router_;
};

}  // namespace strata::app
