#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "strata/base/clock_fake.h"
#include "strata/http/client.h"
#include "strata/http/server.h"
#include "strata/panel/nodes/node_gateway_fake.h"
#include "strata/panel/panel.h"
#include "strata/wire/accounts.h"

namespace strata::panel {

/// What a test got from the Panel.
struct TestAnswer {
  int status = 0;
  http::Headers headers;
  boost::json::value json;  ///< null when the body is not JSON
  std::string text;

  /// The member `key` of the answer's envelope.
  const boost::json::value& at(std::string_view key) const { return json.at(key); }
  /// The error texts, one per line.
  std::string errors() const;
};

/// Headers that say who is asking.
struct Credentials {
  std::vector<std::pair<std::string, std::string>> headers;

  static Credentials nobody() { return {}; }
  static Credentials bearer(const std::string& token) { return {{{"Authorization", "Bearer " + token}}}; }
  static Credentials cookie(const std::string& value) { return {{{"Cookie", "strata_session=" + value}}}; }
  Credentials with(std::string name, std::string value) const;
};

struct TestPanelOptions {
  bool rate_limits = false;
  std::string database = "sqlite::memory:";
};

/// A whole Panel behind a real HTTP server on a free port of this machine, with a database in memory, a clock that
/// stands still, a node that accepts everything and an administrator. Duties run only after `panel().start()`.
class TestPanel {
 public:
  explicit TestPanel(TestPanelOptions options = {});
  ~TestPanel();

  TestAnswer get(const std::string& path) { return call(http::Method::kGet, path, {}, admin()); }
  TestAnswer post(const std::string& path, boost::json::value body = boost::json::object()) {
    return call(http::Method::kPost, path, std::move(body), admin());
  }
  TestAnswer patch(const std::string& path, boost::json::value body) {
    return call(http::Method::kPatch, path, std::move(body), admin());
  }
  TestAnswer remove(const std::string& path, std::optional<boost::json::value> body = {}) {
    return call(http::Method::kDelete, path, std::move(body), admin());
  }
  TestAnswer call(http::Method method, const std::string& path, const std::optional<boost::json::value>& body,
                  const Credentials& credentials);
  /// A body that need not be JSON.
  TestAnswer send(http::Method method, const std::string& path, const std::string& body,
                  const Credentials& credentials);

  /// An unrestricted API key of the administrator.
  const Credentials& admin() const { return admin_; }
  /// A new user with an unrestricted API key.
  Credentials make_user(const std::string& name, bool is_admin = false);
  UserId user_id(const std::string& name);
  /// A new API key of the administrator with only these permissions.
  Credentials make_admin_key(const boost::json::object& permissions);

  // What most tests need; the names are unique. Each answers the uuid.
  std::string make_location(const std::string& name = "Frankfurt");
  std::string make_node(const std::string& location, const std::string& name = "node-1");
  std::string make_server(const std::string& node, const std::string& name = "survival", boost::json::object more = {});
  std::string make_configuration(const std::string& name, boost::json::object more = {});

  Panel& panel() { return *panel_; }
  FakeNodeGateway& nodes() { return nodes_; }
  FakeClock& clock() { return clock_; }
  database::Database& database() { return database_; }
  /// How many rows a table has.
  std::int64_t count(const std::string& table);

  static constexpr const char* kAdminName = "ada";
  static constexpr const char* kPassword = "correct horse battery";

 private:
  std::string made(const TestAnswer& answer, std::string_view key);

  Log log_;
  FakeClock clock_;
  database::Database database_;
  crypto::Sealer sealer_;
  FakeNodeGateway nodes_;
  std::unique_ptr<Panel> panel_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  http::Client client_;
  Credentials admin_;
};

}  // namespace strata::panel
