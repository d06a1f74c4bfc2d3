#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/crypto/node_keys.h"
#include "strata/panel/nodes/join_codes.h"
#include "strata/panel/nodes/node_configuration.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string all_path() {
  return "/api/admin/nodes";
}

std::string text(const boost::json::value& value) {
  return std::string(value.as_string());
}

Credentials node_credentials(const TestAnswer& answer) {
  const Secret token(text(answer.at("token")));
  return Credentials::bearer(text(answer.at("token_id")) + "." +
                             crypto::derive_node_keys(token).node_to_panel.reveal());
}

TEST(Nodes, one_that_was_created_has_its_location_and_every_documented_key) {
  TestPanel panel;
  const auto location = panel.make_location("Frankfurt");
  const auto node = panel.get(all_path() + "/" + panel.make_node(location)).at("node").as_object();
  for (const auto* key :
       {"uuid", "location", "backup_configuration", "name", "description", "deployment_enabled", "maintenance_enabled",
        "public_url", "url", "sftp_host", "sftp_port", "memory", "disk", "created"}) {
    EXPECT_TRUE(node.contains(key)) << key;
  }
  EXPECT_EQ(node.at("location").at("name"), "Frankfurt");
  EXPECT_EQ(node.at("sftp_port"), 2022);
}

TEST(Nodes, unknown_relations_are_named_together_and_nothing_is_created) {
  TestPanel panel;
  const auto nothing = Uuid::random().text();
  const auto refused = panel.post(all_path(), {{"location_uuid", nothing},
                                               {"backup_configuration_uuid", nothing},
                                               {"name", "n"},
                                               {"url", "https://node.example"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(), AllOf(HasSubstr("`location`"), HasSubstr("`backup_configuration`")));
  EXPECT_EQ(panel.count("nodes"), 0);
  EXPECT_EQ(panel.count("secrets"), 0);
}

TEST(Nodes, the_secret_is_sealed_at_rest_and_a_reset_replaces_it) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  const auto first = panel.get(all_path() + "/" + node + "/token");
  EXPECT_EQ(text(first.at("token_id")).size(), 16U);
  EXPECT_EQ(text(first.at("token")).size(), 64U);
  for (const auto& row : panel.database().query("select sealed from secrets")) {
    EXPECT_THAT(row.text("sealed"), Not(HasSubstr(text(first.at("token")))));
  }
  const auto servers = [&](const Credentials& credentials) {
    return panel.call(http::Method::kGet, "/api/remote/servers", {}, credentials).status;
  };
  EXPECT_EQ(servers(node_credentials(first)), 200);
  const auto second = panel.post(all_path() + "/" + node + "/reset-token");
  EXPECT_EQ(servers(node_credentials(first)), 401);
  EXPECT_EQ(servers(node_credentials(second)), 200);
}

TEST(Nodes, a_join_code_works_once_and_for_ten_minutes) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location(), "far away");
  const auto join = [&](const std::string& code) {
    return panel.call(http::Method::kPost, "/api/remote/join", {{{"code", code}}}, Credentials::nobody());
  };
  const auto code = text(panel.post(all_path() + "/" + node + "/join-code").at("code"));
  const auto joined = join(code);
  ASSERT_EQ(joined.status, 200) << joined.text;
  EXPECT_EQ(joined.at("name"), "far away");
  EXPECT_EQ(joined.at("token"), panel.get(all_path() + "/" + node + "/token").at("token"));
  EXPECT_EQ(join(code).status, 401);
  EXPECT_EQ(join("guess").status, 401);

  const auto late = text(panel.post(all_path() + "/" + node + "/join-code").at("code"));
  panel.clock().advance(JoinCodes::kLifetime);
  EXPECT_EQ(join(late).status, 401);
}

TEST(Nodes, one_with_servers_is_never_deleted_one_with_backups_by_force_only) {
  TestPanel panel;
  const auto location = panel.make_location();
  const auto node = panel.make_node(location);
  const auto server = panel.make_server(node);
  EXPECT_EQ(panel.remove(all_path() + "/" + node + "?force=true").errors(), "node has servers, cannot delete");
  panel.remove("/api/admin/servers/" + server, {{{"force", false}}});
  panel.database().execute(
      "insert into server_backups (uuid, node_uuid, name, disk, state, created) "
      "values ('b', :node, 'x', 'local', 'completed', 1)",
      {{"node", node}});
  const auto refused = panel.remove(all_path() + "/" + node);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.errors(), HasSubstr("1 backup"));
  EXPECT_EQ(panel.remove(all_path() + "/" + node + "?force=true").status, 200);
  EXPECT_EQ(panel.get(all_path() + "/" + node).status, 404);
  EXPECT_EQ(panel.get(all_path()).at("nodes").at("total"), 0);
  EXPECT_EQ(panel.count("nodes"), 1) << "hidden, for the backup's sake";
  EXPECT_THAT(panel.remove("/api/admin/locations/" + location).errors(), HasSubstr("still holds backups"));

  auto connection = panel.database().writer();
  const auto id = *NodeId::parse(node);
  EXPECT_EQ(panel.panel().node_credentials().address(connection, id).name, "node-1");
  EXPECT_FALSE(NodeRepository(connection).remove_if_abandoned(id));
  connection.execute("update server_backups set deleted = 1");
  EXPECT_TRUE(NodeRepository(connection).remove_if_abandoned(id));
}

TEST(Nodes, one_without_anything_goes_with_its_secret) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  EXPECT_EQ(panel.remove(all_path() + "/" + node).status, 200);
  EXPECT_EQ(panel.count("nodes"), 0);
  EXPECT_EQ(panel.count("secrets"), 0);
}

TEST(Nodes, its_configuration_is_shown_without_credentials) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  panel.nodes().set_configuration({{"token", "secret"}, {"token_id", "id"}, {"system", {{"data", "/srv"}}}});
  const auto shown = panel.get(all_path() + "/" + node + "/config");
  EXPECT_EQ(shown.at("config").at("token"), "redacted");
  EXPECT_EQ(shown.at("config").at("token_id"), "redacted");
  EXPECT_EQ(shown.at("config").at("system").at("data"), "/srv");
  EXPECT_THAT(shown.text, Not(HasSubstr("secret")));
}

TEST(Nodes, allowed_changes_of_its_configuration_are_forwarded_as_they_are) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  const boost::json::value change = {{"system", {{"backups", {{"read_limit", 10}}}, {"disk_limiter_mode", "none"}}},
                                     {"throttles", {{"lines", 5}}}};
  const auto applied = panel.patch(all_path() + "/" + node + "/config", change);
  EXPECT_EQ(applied.json, (boost::json::value{{"applied", true}}));
  ASSERT_EQ(panel.nodes().sent("change_configuration").size(), 1U);
  EXPECT_EQ(panel.nodes().sent("change_configuration").front().body, change);
}

TEST(Nodes, every_other_key_of_its_configuration_is_refused_by_name) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  const auto refused =
      panel.patch(all_path() + "/" + node + "/config",
                  {{"system", {{"data", "/"}, {"backups", {{"x", 1}}}}}, {"token", "mine"}, {"api", 1}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(), AllOf(HasSubstr("system.data:"), HasSubstr("token:"), HasSubstr("api:"),
                                      Not(HasSubstr("system.backups"))));
  EXPECT_TRUE(panel.nodes().sent("change_configuration").empty());
}

TEST(NodeConfiguration, a_prefix_of_an_allowed_key_is_not_allowed_and_neither_is_a_scalar_in_its_place) {
  EXPECT_THROW(require_changeable({{"system", 5}}), Error);
  EXPECT_THROW(require_changeable({{"system", {{"back", 1}}}}), Error);
  EXPECT_THROW(require_changeable({{"system.backups", {{"x", 1}}}, {"throttle", 1}}), Error);
  EXPECT_THROW(require_changeable(boost::json::array()), Error);
  EXPECT_NO_THROW(require_changeable({{"system", boost::json::object()}}));
  EXPECT_NO_THROW(require_changeable({{"system", {{"backups", {{"wings", {{"archive_format", "zip"}}}}}}}}));
}

TEST(Nodes, a_silent_node_is_a_503_that_names_it) {
  TestPanel panel;
  const auto node = panel.make_node(panel.make_location());
  panel.nodes().fail("configuration", Error(ErrorKind::kUnavailable, "node 'node-1' does not answer"));
  const auto answer = panel.get(all_path() + "/" + node + "/config");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.errors(), HasSubstr("node-1"));
}

}  // namespace
}  // namespace strata::panel
