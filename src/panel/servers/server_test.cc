#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"
#include "strata/panel/servers/server_service.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string all_path() {
  return "/api/admin/servers";
}

class Servers : public testing::Test {
 protected:
  Servers() : node_(panel_.make_node(panel_.make_location())) {}
  boost::json::value show(const std::string& uuid) { return panel_.get(all_path() + "/" + uuid).at("server"); }

  TestPanel panel_;
  std::string node_;
};

TEST_F(Servers, one_is_created_without_any_game_field_and_belongs_to_its_maker) {
  const auto server = show(panel_.make_server(node_)).as_object();
  for (const auto* key :
       {"uuid", "uuid_short", "external_id", "node", "owner", "backup_configuration", "status", "is_suspended",
        "is_transferring", "name", "description", "limits", "feature_limits", "created", "path", "runtime", "owners"}) {
    EXPECT_TRUE(server.contains(key)) << key;
  }
  EXPECT_EQ(server.at("owner").at("username"), "ada");
  EXPECT_EQ(server.at("status"), nullptr);
  EXPECT_EQ(server.at("runtime").at("kind"), "none");
  EXPECT_EQ(server.at("owners"), "server");
  EXPECT_TRUE(server.at("uuid").as_string().starts_with(server.at("uuid_short").as_string()));
  const auto told = panel_.nodes().sent("create_server");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().node.url, "http://127.0.0.1:1");
}

TEST_F(Servers, an_adopted_directory_keeps_its_owners_by_default) {
  const auto uuid =
      panel_.make_server(node_, "demo", {{"path", "/srv/demo"}, {"runtime", {{"kind", "command"}, {"name", "demo"}}}});
  EXPECT_EQ(show(uuid).at("path"), "/srv/demo");
  EXPECT_EQ(show(uuid).at("owners"), "preserve");
  EXPECT_EQ(show(uuid).at("runtime").at("name"), "demo");
  EXPECT_EQ(panel_.post(all_path(), {{"node_uuid", node_}, {"name", "twice"}, {"path", "/srv/demo"}}).status, 409);
}

TEST_F(Servers, a_refusal_of_the_node_is_passed_on_and_nothing_stays) {
  panel_.nodes().fail("create_server", Error(ErrorKind::kRefused, "/etc is not beneath system.extra_roots"));
  const auto refused = panel_.post(all_path(), {{"node_uuid", node_}, {"name", "stolen"}, {"path", "/etc"}});
  EXPECT_EQ(refused.status, 417);
  EXPECT_THAT(refused.errors(), HasSubstr("extra_roots"));
  EXPECT_EQ(panel_.count("servers"), 0);
}

TEST_F(Servers, when_the_node_does_not_answer_it_is_told_to_forget_and_nothing_stays) {
  panel_.nodes().fail("create_server", Error(ErrorKind::kTimeout, "node 'node-1' does not answer"));
  EXPECT_EQ(panel_.post(all_path(), {{"node_uuid", node_}, {"name", "lost"}}).status, 504);
  EXPECT_EQ(panel_.count("servers"), 0);
  EXPECT_EQ(panel_.nodes().sent("delete_server").size(), 1U);
}

TEST_F(Servers, every_wrong_field_is_named_at_once_and_nothing_is_created) {
  const auto refused = panel_.post(all_path(), {{"node_uuid", "x"},
                                                {"name", "ab"},
                                                {"limits", {{"disk", -1}, {"io_weight", 1001}}},
                                                {"feature_limits", {{"backups", "many"}}},
                                                {"path", "relative"},
                                                {"runtime", {{"kind", "vm"}}},
                                                {"owners", "everybody"}});
  EXPECT_EQ(refused.status, 400);
  for (const auto* field : {"node_uuid:", "name:", "limits.disk:", "limits.io_weight:", "feature_limits.backups:",
                            "path:", "runtime.kind:", "owners:"}) {
    EXPECT_THAT(refused.errors(), HasSubstr(field));
  }
  const auto nothing = Uuid::random().text();
  const auto unknown = panel_.post(all_path(), {{"node_uuid", nothing}, {"owner_uuid", nothing}, {"name", "abc"}});
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.errors(), AllOf(HasSubstr("`node`"), HasSubstr("`owner`")));
  EXPECT_THAT(
      panel_.post(all_path(), {{"node_uuid", node_}, {"name", "abc"}, {"runtime", {{"kind", "systemd"}}}}).errors(),
      HasSubstr("runtime.name"));
  EXPECT_EQ(panel_.count("servers"), 0);
  EXPECT_TRUE(panel_.nodes().sent().empty());
}

TEST_F(Servers, the_node_is_told_of_changes_that_concern_it_and_only_of_those) {
  const auto uuid = panel_.make_server(node_);
  const auto configuration = panel_.make_configuration("A");
  EXPECT_EQ(panel_.patch(all_path() + "/" + uuid, {{"backup_configuration_uuid", configuration}}).status, 200);
  EXPECT_TRUE(panel_.nodes().sent("sync_server").empty());
  EXPECT_EQ(panel_.patch(all_path() + "/" + uuid, {{"limits", {{"disk", 100}}}, {"name", "renamed"}}).status, 200);
  EXPECT_EQ(panel_.nodes().sent("sync_server").size(), 1U);
  EXPECT_EQ(show(uuid).at("limits").at("disk"), 100);

  panel_.nodes().fail("sync_server", Error(ErrorKind::kUnavailable, "node 'node-1' does not answer"));
  EXPECT_EQ(panel_.patch(all_path() + "/" + uuid, {{"name", "while away"}}).status, 200) << "the change holds";
  EXPECT_EQ(show(uuid).at("name"), "while away");
}

TEST_F(Servers, a_deleted_one_leaves_its_backups_detached) {
  const auto uuid = panel_.make_server(node_);
  panel_.database().execute(
      "insert into server_backups (uuid, server_uuid, node_uuid, name, disk, state, successful, completed, created) "
      "values (:backup, :server, :node, 'x', 'local', 'completed', 1, 1, 1)",
      {{"backup", Uuid::random()}, {"server", uuid}, {"node", node_}});
  EXPECT_EQ(panel_.remove(all_path() + "/" + uuid).status, 200);
  EXPECT_EQ(panel_.get(all_path() + "/" + uuid).status, 404);
  EXPECT_EQ(panel_.nodes().sent("delete_server").size(), 1U);
  const auto backup = panel_.database().query_one("select server_uuid, deleting from server_backups");
  EXPECT_TRUE(backup.is_null("server_uuid"));
  EXPECT_TRUE(backup.is_null("deleting"));
}

TEST_F(Servers, a_deleted_one_takes_its_backups_along_when_asked) {
  const auto uuid = panel_.make_server(node_);
  panel_.database().execute(
      "insert into server_backups (uuid, server_uuid, node_uuid, name, disk, state, successful, completed, created) "
      "values (:backup, :server, :node, 'x', 'local', 'completed', 1, 1, 1)",
      {{"backup", Uuid::random()}, {"server", uuid}, {"node", node_}});
  EXPECT_EQ(panel_.remove(all_path() + "/" + uuid, {{{"delete_backups", true}}}).status, 200);
  EXPECT_FALSE(panel_.database().query_one("select deleting from server_backups").is_null("deleting"));
  EXPECT_EQ(panel_.database().query_one("select kind from operations").text("kind"), "delete");
}

TEST_F(Servers, one_whose_node_is_away_is_deleted_by_force_only) {
  const auto uuid = panel_.make_server(node_);
  panel_.nodes().fail("delete_server", Error(ErrorKind::kUnavailable, "node 'node-1' does not answer"));
  EXPECT_EQ(panel_.remove(all_path() + "/" + uuid).status, 503);
  EXPECT_EQ(panel_.count("servers"), 1);
  EXPECT_EQ(panel_.remove(all_path() + "/" + uuid, {{{"force", true}}}).status, 200);
  EXPECT_EQ(panel_.count("servers"), 0);
}

TEST_F(Servers, one_that_is_being_worked_on_is_not_deleted) {
  const auto uuid = panel_.make_server(node_);
  panel_.database().execute(
      "insert into operations (uuid, kind, server_uuid, node_uuid, fence, state, command, created) "
      "values (:uuid, 'create', :server, :node, 1, 'accepted', '{}', 1)",
      {{"uuid", Uuid::random()}, {"server", uuid}, {"node", node_}});
  EXPECT_EQ(panel_.remove(all_path() + "/" + uuid).status, 409);
  EXPECT_TRUE(panel_.nodes().sent("delete_server").empty());
}

TEST_F(Servers, a_creation_that_a_crash_interrupted_is_finished_or_taken_back) {
  const auto known = panel_.make_server(node_, "known");
  const auto unknown = panel_.make_server(node_, "unknown");
  panel_.database().execute("update servers set status = 'installing'");
  auto& service = panel_.panel().servers();
  service.finish_interrupted();
  EXPECT_EQ(show(known).at("status"), "installing") << "it may still be in the making";

  panel_.clock().advance(ServerService::kInterruptedAfter + std::chrono::seconds(1));
  panel_.nodes().fail("create_server", Error(ErrorKind::kUnavailable, "node 'node-1' does not answer"));
  service.finish_interrupted();
  EXPECT_EQ(panel_.count("servers"), 2) << "asked again later";

  panel_.nodes().recover();
  panel_.database().execute("update servers set status = null where name = 'unknown'");
  service.finish_interrupted();
  EXPECT_EQ(show(known).at("status"), nullptr);
  panel_.database().execute("update servers set status = 'installing' where name = 'unknown'");
  panel_.nodes().fail("create_server", Error(ErrorKind::kRefused, "no"));
  service.finish_interrupted();
  EXPECT_EQ(panel_.get(all_path() + "/" + unknown).status, 404);
}

TEST_F(Servers, customers_see_their_own_by_uuid_or_short_id_and_never_where_it_is_backed_up_to) {
  const auto bob = panel_.make_user("bob");
  const auto bobs = panel_.make_server(node_, "bobs", {{"owner_uuid", panel_.user_id("bob").text()}});
  const auto adas = panel_.make_server(node_, "adas");
  panel_.patch(all_path() + "/" + bobs, {{"backup_configuration_uuid", panel_.make_configuration("Hidden place")}});

  const auto list = panel_.call(http::Method::kGet, "/api/client/servers", {}, bob);
  EXPECT_EQ(list.at("servers").at("total"), 1);
  const auto shown = panel_.call(http::Method::kGet, "/api/client/servers/" + bobs.substr(0, 8), {}, bob);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.at("server").at("name"), "bobs");
  EXPECT_EQ(shown.at("server").at("is_owner"), true);
  EXPECT_EQ(shown.at("server").at("permissions"), (boost::json::array{"*"}));
  EXPECT_EQ(shown.text.find("Hidden place"), std::string::npos);
  EXPECT_EQ(panel_.call(http::Method::kGet, "/api/client/servers/" + adas, {}, bob).status, 404);
}

TEST_F(Servers, one_that_cannot_be_used_says_why) {
  const auto bob = panel_.make_user("bob");
  const auto uuid = panel_.make_server(node_, "bobs", {{"owner_uuid", panel_.user_id("bob").text()}});
  const auto create = [&](const Credentials& who) {
    return panel_.call(http::Method::kPost, "/api/client/servers/" + uuid + "/backups",
                       {{{"ignored_files", boost::json::array()}}}, who);
  };
  panel_.patch(all_path() + "/" + uuid, {{"suspended", true}});
  EXPECT_EQ(create(bob).status, 409);
  EXPECT_EQ(create(bob).errors(), "server is suspended");
  EXPECT_EQ(create(panel_.admin()).status, 417) << "an administrator passes; there is no configuration";
  const std::vector<std::pair<std::string, std::string>> states = {
      {"installing", "server is currently installing"},
      {"install_failed", "your server has failed its installation process"},
      {"restoring_backup", "server is restoring from a backup"},
      {"backup_restore_failed", "your server has failed to restore a backup"}};
  for (const auto& [status, reason] : states) {
    panel_.database().execute("update servers set status = :status", {{"status", status}});
    EXPECT_EQ(create(panel_.admin()).status, 409);
    EXPECT_EQ(create(panel_.admin()).errors(), reason);
  }
}

}  // namespace
}  // namespace strata::panel
