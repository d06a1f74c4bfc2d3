#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "strata/http/server_fake.h"

namespace strata::cli {

/// A Panel on a real socket as far as the client verbs see it: answers what the test says and remembers what it was
/// asked. Any thread.
class FakePanel {
 public:
  static constexpr const char* kApiKey = "strata_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

  struct Asked {
    std::string what;  ///< "PATCH /api/admin/nodes/…?query"
    boost::json::value body;
    std::string bearer;
  };
  using Answer = std::function<http::Response(const http::Request&)>;

  FakePanel();  // started

  std::string url(std::string_view path = {}) const { return server_.url(path); }

  /// From now on `what` ("GET /api/…", without a query) is answered with this. Anything else is a 404.
  /// An Answer may keep state: it is called for one request at a time by a client that waits for each.
  void answer(const std::string& what, boost::json::value body, int status = 200);
  void answer(const std::string& what, Answer answer);
  /// A list of the Panel: pages and searches as the real one does.
  void list(const std::string& path, const std::string& key, boost::json::array items);

  std::vector<Asked> asked() const;
  /// The bodies that were sent with `what`, in order.
  std::vector<boost::json::value> bodies_of(std::string_view what) const;

 private:
  http::Response take(const http::Request& request);
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Answer>> answers_;
  std::vector<Asked> asked_;
  http::ServerFake server_;  // the first to go: its threads use the others
};

}  // namespace strata::cli
