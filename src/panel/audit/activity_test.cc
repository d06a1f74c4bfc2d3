#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> events(TestPanel& panel) {
  std::vector<std::string> all;
  for (const auto& row : panel.database().query("select event from activities order by created, uuid")) {
    all.push_back(row.text("event"));
  }
  return all;
}

TEST(Audit, every_kind_of_change_leaves_a_line) {
  TestPanel panel;
  const auto location = panel.make_location();
  panel.patch("/api/admin/locations/" + location, {{"name", "Berlin"}});
  const auto node = panel.make_node(location);
  panel.patch("/api/admin/nodes/" + node, {{"name", "renamed"}});
  panel.get("/api/admin/nodes/" + node + "/token");
  panel.post("/api/admin/nodes/" + node + "/reset-token");
  panel.post("/api/admin/nodes/" + node + "/join-code");
  panel.patch("/api/admin/nodes/" + node + "/config", {{"throttles", {{"lines", 1}}}});
  const auto server = panel.make_server(node);
  panel.patch("/api/admin/servers/" + server, {{"name", "renamed"}});
  const auto configuration = panel.make_configuration("A");
  panel.patch("/api/admin/backup-configurations/" + configuration, {{"maintenance_enabled", true}});
  panel.remove("/api/admin/backup-configurations/" + configuration);
  panel.remove("/api/admin/servers/" + server);
  panel.remove("/api/admin/nodes/" + node);
  panel.remove("/api/admin/locations/" + location);
  const auto all = events(panel);
  for (const auto* event :
       {"user:create", "api-key:create", "location:create", "location:update", "location:delete", "node:create",
        "node:update", "node:token.read", "node:reset-token", "node:join-code.create", "node:config.update",
        "node:delete", "server:create", "server:update", "server:delete", "backup-configuration:create",
        "backup-configuration:update", "backup-configuration:delete"}) {
    EXPECT_THAT(all, Contains(std::string(event)));
  }
}

TEST(Audit, a_refused_change_leaves_none) {
  TestPanel panel;
  panel.make_location("Frankfurt");
  const auto before = panel.count("activities");
  panel.post("/api/admin/locations", {{"name", "Frankfurt"}});
  panel.post("/api/admin/locations", {{"name", ""}});
  EXPECT_EQ(panel.count("activities"), before);
}

TEST(Audit, a_line_says_who_from_where_and_never_a_secret) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  const auto token = std::string(panel.get("/api/admin/nodes/" + node + "/token").at("token").as_string());
  panel.call(http::Method::kPost, "/api/auth/login", {{{"user", "ada"}, {"password", "wrong password!"}}},
             Credentials::nobody());
  const auto list = panel.get("/api/admin/activity?per_page=100&search=token.read");
  ASSERT_EQ(list.at("activities").at("total"), 1);
  const auto line = list.at("activities").at("data").at(0);
  EXPECT_EQ(line.at("username"), "ada");
  EXPECT_EQ(line.at("ip"), "127.0.0.1");
  EXPECT_FALSE(line.at("api_key_uuid").is_null());
  const auto everything = panel.get("/api/admin/activity?per_page=100").text;
  EXPECT_THAT(everything, Not(HasSubstr(token)));
  EXPECT_THAT(everything, Not(HasSubstr("wrong password!")));
  EXPECT_THAT(everything, HasSubstr("auth:login-failed"));
}

}  // namespace
}  // namespace strata::panel
