#pragma once

#include <memory>
#include <string>

#include "strata/crypto/password.h"
#include "strata/http/router.h"
#include "strata/panel/foundation.h"
#include "strata/panel/gate/route_table.h"

namespace strata::panel {

class Accounts;
class NodeCredentials;
class ServerService;

struct PanelOptions {
  std::string version;         ///< shown by /health and the API document
  bool rate_limits = true;     ///< false for STRATA_RATE_LIMITS=off
  bool secure_cookies = true;  ///< false only when the Panel is reached by plain http
  crypto::PasswordCost password_cost;
};

/// The control plane, put together: brings the schema forward, checks the root key, owns the sub-rooms, the gate and
/// the duties. Construct, `mount`, serve, `start`; `stop` before the server goes. One thread.
class Panel {
 public:
  /// Migrates the database. kRefused when it was used by a newer version or sealed under another root key.
  Panel(const Foundation& foundation, PanelOptions options);
  ~Panel();
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;

  /// What the Panel's router needs: its error envelope and security headers.
  static http::RouterOptions router_options();

  /// All routes onto a router, which the Panel must outlive; the duties are known from then on. Once.
  void mount(http::Router& router);
  const RouteTable& routes() const;

  /// Starts the duties; /ready answers 200 from now on.
  void start();
  void stop();

  /// For `app`: the first administrator, and credentials without a request.
  Accounts& accounts();
  const NodeCredentials& node_credentials() const;
  ServerService& servers();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::panel
