#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "strata/base/log.h"
#include "strata/http/server.h"
#include "strata/wings/configuration/configuration.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// A Panel on a real socket as far as a node sees it: takes what the node sends, answers what the test says. Any
/// thread.
class FakePanel {
 public:
  FakePanel();  // started
  ~FakePanel();

  void stop();
  /// On the same port as before, so that a node finds it again.
  void start();
  std::string url() const;

  /// Node credentials that this Panel accepts, and its address.
  Configuration configuration_of_node() const;

  struct Received {
    std::string path;  ///< beneath /api/remote/
    boost::json::value body;
    std::string boot;
  };

  /// Everything that was posted except heartbeats, in order of arrival.
  std::vector<Received> received() const;
  std::vector<wire::Heartbeat> heartbeats() const;

  /// False when it does not come true within 20 s.
  bool wait_until(const std::function<bool()>& come_true) const;
  bool wait_for(std::size_t count) const;

  /// The next posts get these statuses, then 200 again.
  void answer_next(std::vector<int> statuses);

  std::vector<wire::RemoteServerSettings> servers;  ///< set before a node asks

 private:
  http::Response take(http::Request& request, const std::string& path);
  http::Response list(const http::Request& request) const;
  bool is_ours(const http::Request& request) const;

  Log log_{LogLevel::kError};
  http::Router router_{log_};
  std::uint16_t port_ = 0;
  std::unique_ptr<http::Server> server_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<int> statuses_;
  std::vector<Received> received_;
  std::vector<wire::Heartbeat> heartbeats_;
};

}  // namespace strata::wings
