// Every route of the Panel with its rule, tried with every kind of caller over HTTP.

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/crypto/node_keys.h"
#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using Kind = Access::Kind;

struct Rule {
  Kind kind;
  std::vector<std::string_view> permissions;
};

// Written by hand, so that a rule that changes, or a route that appears, is noticed by a person.
const std::map<std::string, Rule>& expected_rules() {
  static const std::map<std::string, Rule> rules = {
      {"GET /", {Kind::kPublic, {}}},
      {"GET /api.css", {Kind::kPublic, {}}},
      {"GET /openapi.json", {Kind::kPublic, {}}},
      {"GET /health", {Kind::kPublic, {}}},
      {"GET /ready", {Kind::kPublic, {}}},
      {"POST /api/auth/login", {Kind::kPublic, {}}},
      {"POST /api/auth/logout", {Kind::kSession, {}}},
      {"POST /api/remote/join", {Kind::kPublic, {}}},

      {"GET /api/client/account", {Kind::kUser, {"account.read"}}},
      {"GET /api/client/account/api-keys", {Kind::kUser, {"api-keys.read"}}},
      {"POST /api/client/account/api-keys", {Kind::kUser, {"api-keys.create"}}},
      {"DELETE /api/client/account/api-keys/{api_key}", {Kind::kUser, {"api-keys.delete"}}},
      {"GET /api/client/servers", {Kind::kUser, {"servers.read"}}},
      {"GET /api/client/servers/{server}", {Kind::kServer, {}}},
      {"GET /api/client/servers/{server}/backups", {Kind::kServer, {"backups.read"}}},
      {"POST /api/client/servers/{server}/backups", {Kind::kServer, {"backups.create"}}},
      {"POST /api/client/servers/{server}/backups/undo-restore", {Kind::kServer, {"backups.restore"}}},
      {"POST /api/client/servers/{server}/backups/unlock", {Kind::kServer, {"backups.restore"}}},
      {"GET /api/client/servers/{server}/restore", {Kind::kServer, {"backups.read"}}},
      {"GET /api/client/servers/{server}/backups/{backup}", {Kind::kServer, {"backups.read"}}},
      {"PATCH /api/client/servers/{server}/backups/{backup}", {Kind::kServer, {"backups.update"}}},
      {"DELETE /api/client/servers/{server}/backups/{backup}", {Kind::kServer, {"backups.delete"}}},
      {"GET /api/client/servers/{server}/backups/{backup}/download", {Kind::kServer, {"backups.download"}}},
      {"POST /api/client/servers/{server}/backups/{backup}/restore", {Kind::kServer, {"backups.restore"}}},
      {"POST /api/client/servers/{server}/backups/{backup}/cancel", {Kind::kServer, {"backups.create"}}},
      {"POST /api/client/servers/{server}/backups/{backup}/verify", {Kind::kServer, {"backups.read"}}},

      {"GET /api/admin/activity", {Kind::kAdmin, {"activity.read"}}},
      {"GET /api/admin/users", {Kind::kAdmin, {"users.read"}}},
      {"POST /api/admin/users", {Kind::kAdmin, {"users.create"}}},
      {"GET /api/admin/users/{user}", {Kind::kAdmin, {"users.read"}}},
      {"GET /api/admin/backup-configurations", {Kind::kAdmin, {"backup-configurations.read"}}},
      {"POST /api/admin/backup-configurations", {Kind::kAdmin, {"backup-configurations.create"}}},
      {"GET /api/admin/backup-configurations/{backup_configuration}", {Kind::kAdmin, {"backup-configurations.read"}}},
      {"PATCH /api/admin/backup-configurations/{backup_configuration}",
       {Kind::kAdmin, {"backup-configurations.read", "backup-configurations.update"}}},
      {"DELETE /api/admin/backup-configurations/{backup_configuration}",
       {Kind::kAdmin, {"backup-configurations.read", "backup-configurations.delete"}}},
      {"GET /api/admin/backup-configurations/{backup_configuration}/locations",
       {Kind::kAdmin, {"backup-configurations.read", "locations.read"}}},
      {"GET /api/admin/backup-configurations/{backup_configuration}/nodes",
       {Kind::kAdmin, {"backup-configurations.read", "nodes.read"}}},
      {"GET /api/admin/backup-configurations/{backup_configuration}/servers",
       {Kind::kAdmin, {"backup-configurations.read", "servers.read"}}},
      {"GET /api/admin/locations", {Kind::kAdmin, {"locations.read"}}},
      {"POST /api/admin/locations", {Kind::kAdmin, {"locations.create"}}},
      {"GET /api/admin/locations/{location}", {Kind::kAdmin, {"locations.read"}}},
      {"PATCH /api/admin/locations/{location}", {Kind::kAdmin, {"locations.read", "locations.update"}}},
      {"DELETE /api/admin/locations/{location}", {Kind::kAdmin, {"locations.read", "locations.delete"}}},
      {"GET /api/admin/locations/{location}/nodes", {Kind::kAdmin, {"locations.read", "nodes.read"}}},
      {"GET /api/admin/nodes", {Kind::kAdmin, {"nodes.read"}}},
      {"POST /api/admin/nodes", {Kind::kAdmin, {"nodes.create"}}},
      {"GET /api/admin/nodes/{node}", {Kind::kAdmin, {"nodes.read"}}},
      {"PATCH /api/admin/nodes/{node}", {Kind::kAdmin, {"nodes.read", "nodes.update"}}},
      {"DELETE /api/admin/nodes/{node}", {Kind::kAdmin, {"nodes.read", "nodes.delete"}}},
      {"GET /api/admin/nodes/{node}/token", {Kind::kAdmin, {"nodes.read", "nodes.read-token"}}},
      {"POST /api/admin/nodes/{node}/reset-token", {Kind::kAdmin, {"nodes.read", "nodes.reset-token"}}},
      {"POST /api/admin/nodes/{node}/join-code", {Kind::kAdmin, {"nodes.read", "nodes.read-token"}}},
      {"GET /api/admin/nodes/{node}/config", {Kind::kAdmin, {"nodes.read"}}},
      {"PATCH /api/admin/nodes/{node}/config", {Kind::kAdmin, {"nodes.read", "nodes.update"}}},
      {"GET /api/admin/servers", {Kind::kAdmin, {"servers.read"}}},
      {"POST /api/admin/servers", {Kind::kAdmin, {"servers.create"}}},
      {"GET /api/admin/servers/{server}", {Kind::kAdmin, {"servers.read"}}},
      {"PATCH /api/admin/servers/{server}", {Kind::kAdmin, {"servers.read", "servers.update"}}},
      {"DELETE /api/admin/servers/{server}", {Kind::kAdmin, {"servers.read", "servers.delete"}}},
      {"GET /api/admin/servers/{server}/explain", {Kind::kAdmin, {"servers.read"}}},

      {"GET /api/remote/servers", {Kind::kNode, {}}},
      {"GET /api/remote/servers/{server}", {Kind::kNode, {}}},
      {"POST /api/remote/servers/reset", {Kind::kNode, {}}},
      {"POST /api/remote/servers/{server}/undo", {Kind::kNode, {}}},
      {"POST /api/remote/heartbeat", {Kind::kNode, {}}},
      {"POST /api/remote/backups/{backup}", {Kind::kNode, {}}},
      {"POST /api/remote/backups/{backup}/restore", {Kind::kNode, {}}},
      {"POST /api/remote/backups/{backup}/deletion", {Kind::kNode, {}}},
      {"POST /api/remote/backups/{backup}/verification", {Kind::kNode, {}}},
  };
  return rules;
}

std::string name_of(const Route& route) {
  return std::string(http::to_string(route.method)) + " " + route.path;
}

bool is_let_in(int status) {
  return status != 401 && status != 403;
}

class Authorisation : public testing::Test {
 protected:
  Authorisation() {
    node_ = panel_.make_node(panel_.make_location());
    server_ = panel_.make_server(node_);
  }

  // The server of the path is a real one, so that its owner can be told from others; all other ids are of nothing.
  int status(const Route& route, const Credentials& credentials) {
    auto path = route.path;
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      const auto close = path.find('}', open);
      const bool is_server = path.substr(open, close - open + 1) == "{server}";
      // Administrators of the test must not take away what other routes need.
      const bool keep = is_server && route.access.kind == Kind::kServer;
      path.replace(open, close - open + 1, keep ? server_ : Uuid::random().text());
    }
    std::optional<boost::json::value> body;
    if (route.method != http::Method::kGet) body = boost::json::object();
    return panel_.call(route.method, path, body, credentials).status;
  }

  Credentials key_with(std::string_view list, const std::vector<std::string_view>& permissions) {
    boost::json::object request{{"user_permissions", boost::json::array()},
                                {"admin_permissions", boost::json::array()},
                                {"server_permissions", boost::json::array()}};
    if (!list.empty()) request[list] = boost::json::array(permissions.begin(), permissions.end());
    return panel_.make_admin_key(request);
  }

  Credentials own_node() {
    const auto credentials = panel_.get("/api/admin/nodes/" + node_ + "/token");
    const Secret token(std::string(credentials.at("token").as_string()));
    return Credentials::bearer(std::string(credentials.at("token_id").as_string()) + "." +
                               crypto::derive_node_keys(token).node_to_panel.reveal());
  }

  const std::vector<Route>& routes() { return panel_.panel().routes().routes(); }

  TestPanel panel_;
  std::string node_;
  std::string server_;
};

TEST_F(Authorisation, every_route_has_the_rule_that_is_written_here) {
  std::size_t known = 0;
  for (const auto& route : routes()) {
    const auto expected = expected_rules().find(name_of(route));
    if (expected == expected_rules().end()) {
      ADD_FAILURE() << name_of(route) << " has no expected rule: state who may use it";
      continue;
    }
    ++known;
    EXPECT_EQ(route.access.kind, expected->second.kind) << name_of(route);
    EXPECT_EQ(route.access.permissions, expected->second.permissions) << name_of(route);
  }
  EXPECT_EQ(known, expected_rules().size()) << "a route that is expected is missing";
}

TEST_F(Authorisation, nobody_gets_past_anything_that_is_not_public) {
  for (const auto& route : routes()) {
    const auto answer = status(route, Credentials::nobody());
    if (route.access.kind == Kind::kPublic) {
      EXPECT_NE(answer, 403) << name_of(route);
    } else {
      EXPECT_EQ(answer, 401) << name_of(route);
    }
  }
}

TEST_F(Authorisation, another_user_is_no_administrator_and_sees_no_server_of_others) {
  const auto bob = panel_.make_user("bob");
  for (const auto& route : routes()) {
    const auto answer = status(route, bob);
    switch (route.access.kind) {
      case Kind::kAdmin:
      case Kind::kNode:
        EXPECT_EQ(answer, 401) << name_of(route);
        break;
      case Kind::kServer:
        EXPECT_EQ(answer, 404) << name_of(route);
        break;
      case Kind::kSession:
        EXPECT_EQ(answer, 403) << name_of(route);
        break;
      case Kind::kUser:
        EXPECT_TRUE(is_let_in(answer)) << name_of(route);
        break;
      case Kind::kPublic:
        break;
    }
  }
}

TEST_F(Authorisation, the_owner_and_an_administrator_are_let_in) {
  const auto carol = panel_.make_user("carol");
  const auto carols = panel_.user_id("carol").text();
  panel_.patch("/api/admin/servers/" + server_, {{"owner_uuid", carols}});
  for (const auto& route : routes()) {
    if (route.access.kind == Kind::kServer) {
      EXPECT_TRUE(is_let_in(status(route, carol))) << name_of(route);
    }
    const bool for_administrators =
        route.access.kind == Kind::kAdmin || route.access.kind == Kind::kServer || route.access.kind == Kind::kUser;
    if (for_administrators) {
      EXPECT_TRUE(is_let_in(status(route, panel_.admin()))) << name_of(route);
    }
  }
}

TEST_F(Authorisation, a_key_narrowed_to_nothing_may_do_nothing_that_needs_a_permission) {
  const auto key = key_with("", {});
  for (const auto& route : routes()) {
    if (route.access.permissions.empty()) continue;
    EXPECT_EQ(status(route, key), 403) << name_of(route);
  }
}

TEST_F(Authorisation, a_key_with_exactly_the_permissions_is_let_in_and_with_one_less_it_is_not) {
  const std::map<Kind, std::string_view> lists = {
      {Kind::kUser, "user_permissions"}, {Kind::kAdmin, "admin_permissions"}, {Kind::kServer, "server_permissions"}};
  for (const auto& route : routes()) {
    const auto list = lists.find(route.access.kind);
    if (list == lists.end() || route.access.permissions.empty()) continue;
    panel_.database().execute("delete from api_keys where name = 'narrowed'");
    auto permissions = route.access.permissions;
    EXPECT_TRUE(is_let_in(status(route, key_with(list->second, permissions)))) << name_of(route);
    permissions.pop_back();
    EXPECT_EQ(status(route, key_with(list->second, permissions)), 403) << name_of(route);
  }
}

TEST_F(Authorisation, a_node_reaches_the_remote_api_only_and_nobody_else_does) {
  const auto node = own_node();
  for (const auto& route : routes()) {
    if (route.access.kind == Kind::kNode) {
      EXPECT_TRUE(is_let_in(status(route, node))) << name_of(route);
      EXPECT_EQ(status(route, panel_.admin()), 401) << name_of(route);
    } else if (route.access.kind != Kind::kPublic) {
      EXPECT_EQ(status(route, node), 401) << name_of(route);
    }
  }
}

TEST_F(Authorisation, the_shared_secret_itself_opens_nothing) {
  const auto credentials = panel_.get("/api/admin/nodes/" + node_ + "/token");
  const auto raw =
      std::string(credentials.at("token_id").as_string()) + "." + std::string(credentials.at("token").as_string());
  const auto answer = panel_.call(http::Method::kGet, "/api/remote/servers", {}, Credentials::bearer(raw));
  EXPECT_EQ(answer.status, 401);
}

}  // namespace
}  // namespace strata::panel
