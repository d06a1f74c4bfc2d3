#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/http/client.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// The calls to the Panel's remote API (spec/wings 9), without retries: callers decide those. Each request carries
/// `Authorization: Bearer <token_id>.<derived secret>`, `Strata-Boot` and `remote_headers`. Errors: kUnavailable and
/// kTimeout when the Panel cannot be reached, otherwise what its status says, with its words. Any thread; blocks.
class PanelClient {
 public:
  /// `configuration` and `log` must outlive this. Address, token and headers are read for each request.
  PanelClient(const ConfigurationStore& configuration, BootId boot, http::ClientOptions options, Log& log);
  ~PanelClient();

  void reset(const wire::ResetRequest& request, std::stop_token stop = {});
  /// All pages, at most 100,000 servers.
  std::vector<wire::RemoteServer> servers(std::stop_token stop = {});
  wire::RemoteServer server(ServerId id);
  void heartbeat(const wire::Heartbeat& heartbeat, std::stop_token stop = {});

  /// What the Panel said to a report.
  struct ReportAnswer {
    int status = 0;
    std::string message;  ///< of a refusal
  };
  /// `path` beneath /api/remote, as report_path() gives it.
  ReportAnswer report(std::string_view path, const boost::json::value& body, std::chrono::milliseconds timeout,
                      std::stop_token stop = {});

  /// Trades a join code for the node's credentials; `panel` is the Panel's base URL.
  static wire::JoinAnswer join(const std::string& panel, const std::string& code, http::ClientOptions options);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::wings
