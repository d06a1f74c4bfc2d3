#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string all_path() {
  return "/api/admin/backup-configurations";
}

TEST(Configurations, one_that_was_created_is_shown_with_every_documented_key) {
  TestPanel panel;
  const auto made = panel.post(all_path(), {{"name", "Node disk"}, {"backup_disk", "local"}});
  ASSERT_EQ(made.status, 200) << made.text;
  const auto uuid = std::string(made.at("backup_configuration").at("uuid").as_string());
  const auto shown = panel.get(all_path() + "/" + uuid).at("backup_configuration").as_object();
  for (const auto* key :
       {"uuid", "name", "description", "maintenance_enabled", "shared", "backup_disk", "backup_configs", "created"}) {
    EXPECT_TRUE(shown.contains(key)) << key;
  }
  EXPECT_EQ(shown.at("maintenance_enabled"), false);
  EXPECT_EQ(shown.at("shared"), false);
  EXPECT_EQ(shown.at("backup_configs"),
            (boost::json::object{{"s3", nullptr}, {"restic", nullptr}, {"pbs", nullptr}, {"kopia", nullptr}}));
}

TEST(Configurations, every_wrong_field_is_named_at_once_and_nothing_is_created) {
  TestPanel panel;
  const auto refused =
      panel.post(all_path(),
                 {{"name", ""}, {"description", std::string(1025, 'x')}, {"shared", "yes"}, {"backup_disk", "floppy"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(),
              AllOf(HasSubstr("name:"), HasSubstr("description:"), HasSubstr("shared:"), HasSubstr("backup_disk:")));
  EXPECT_EQ(panel.count("backup_configurations"), 0);
}

TEST(Configurations, a_disk_that_is_not_there_yet_is_refused_with_those_that_are) {
  TestPanel panel;
  for (const auto* disk : {"s3", "restic", "ddup-bak", "btrfs", "zfs"}) {
    const auto refused = panel.post(all_path(), {{"name", "x"}, {"backup_disk", disk}});
    EXPECT_EQ(refused.status, 400) << disk;
    EXPECT_THAT(refused.errors(), AllOf(HasSubstr("not available yet"), HasSubstr("local"), HasSubstr(disk)));
  }
  const auto refused = panel.post(all_path(), {{"name", "x"}, {"backup_configs", {{"s3", {{"bucket", "b"}}}}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(), HasSubstr("backup_configs.s3"));
  EXPECT_EQ(panel.count("backup_configurations"), 0);
}

TEST(Configurations, a_blank_description_is_none_and_null_clears_it) {
  TestPanel panel;
  const auto uuid = panel.make_configuration("A", {{"description", "text"}});
  const auto description = [&] {
    return panel.get(all_path() + "/" + uuid).at("backup_configuration").at("description");
  };
  EXPECT_EQ(description(), "text");
  panel.patch(all_path() + "/" + uuid, {{"description", ""}});
  EXPECT_EQ(description(), nullptr);
  panel.patch(all_path() + "/" + uuid, {{"description", "again"}});
  panel.patch(all_path() + "/" + uuid, {{"name", "B"}});
  EXPECT_EQ(description(), "again");
  panel.patch(all_path() + "/" + uuid, {{"description", nullptr}});
  EXPECT_EQ(description(), nullptr);
}

TEST(Configurations, a_taken_name_is_a_conflict_and_changes_nothing) {
  TestPanel panel;
  panel.make_configuration("A");
  const auto other = panel.make_configuration("B");
  const auto refused = panel.post(all_path(), {{"name", "A"}});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.errors(), "backup configuration with name already exists");
  EXPECT_EQ(panel.patch(all_path() + "/" + other, {{"name", "A"}}).status, 409);
  EXPECT_EQ(panel.get(all_path() + "/" + other).at("backup_configuration").at("name"), "B");
}

TEST(Configurations, one_that_is_assigned_is_deleted_by_force_only) {
  TestPanel panel;
  const auto uuid = panel.make_configuration("Used");
  const auto location = panel.make_location();
  panel.patch("/api/admin/locations/" + location, {{"backup_configuration_uuid", uuid}});
  const auto refused = panel.remove(all_path() + "/" + uuid);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.errors(), AllOf(HasSubstr("1 location"), HasSubstr("0 nodes")));
  EXPECT_EQ(panel.remove(all_path() + "/" + uuid + "?force=true").status, 200);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid).status, 404);
  EXPECT_EQ(panel.get("/api/admin/locations/" + location).at("location").at("backup_configuration"), nullptr);
  EXPECT_EQ(panel.count("backup_configurations"), 0);
}

TEST(Configurations, one_that_backups_need_stays_hidden_until_the_last_is_gone) {
  TestPanel panel;
  const auto uuid = panel.make_configuration("Old");
  const auto node = panel.make_node(panel.make_location());
  panel.database().execute(
      "insert into server_backups (uuid, node_uuid, backup_configuration_uuid, name, disk, state, created) "
      "values ('b', :node, :configuration, 'x', 'local', 'completed', 1)",
      {{"node", node}, {"configuration", uuid}});
  EXPECT_THAT(panel.remove(all_path() + "/" + uuid).errors(), HasSubstr("1 backup"));
  EXPECT_EQ(panel.remove(all_path() + "/" + uuid + "?force=true").status, 200);
  EXPECT_EQ(panel.get(all_path()).at("backup_configurations").at("total"), 0);
  EXPECT_EQ(panel.patch("/api/admin/nodes/" + node, {{"backup_configuration_uuid", uuid}}).status, 400);
  panel.make_configuration("Old");  // its name is free again

  auto connection = panel.database().writer();
  ConfigurationRepository configurations(connection);
  const auto id = *ConfigurationId::parse(uuid);
  EXPECT_TRUE(configurations.find_with_deleted(id));
  EXPECT_FALSE(configurations.remove_if_abandoned(id));
  connection.execute("update server_backups set deleted = 1");
  EXPECT_TRUE(configurations.remove_if_abandoned(id));
}

TEST(Configurations, explain_follows_the_assignments_layer_by_layer) {
  TestPanel panel;
  const auto location = panel.make_location("Frankfurt");
  const auto node = panel.make_node(location);
  const auto server = panel.make_server(node);
  const auto explain = [&] { return panel.get("/api/admin/servers/" + server + "/explain").json; };
  EXPECT_EQ(explain().at("layer"), nullptr);
  EXPECT_EQ(explain().at("blocked"), true);
  EXPECT_THAT(std::string(explain().at("reason").as_string()), HasSubstr("backup configuration"));

  panel.patch("/api/admin/locations/" + location, {{"backup_configuration_uuid", panel.make_configuration("Wide")}});
  EXPECT_EQ(explain().at("layer"), "location");
  EXPECT_EQ(explain().at("summary"), "backs up to Wide (from location Frankfurt)");
  panel.patch("/api/admin/nodes/" + node, {{"backup_configuration_uuid", panel.make_configuration("Middle")}});
  EXPECT_EQ(explain().at("layer"), "node");
  const auto narrow = panel.make_configuration("Narrow");
  panel.patch("/api/admin/servers/" + server, {{"backup_configuration_uuid", narrow}});
  EXPECT_EQ(explain().at("layer"), "server");
  EXPECT_EQ(explain().at("configuration").at("name"), "Narrow");

  panel.patch(all_path() + "/" + narrow, {{"maintenance_enabled", true}});
  EXPECT_EQ(explain().at("layer"), "server");
  EXPECT_EQ(explain().at("blocked"), true);
  EXPECT_THAT(std::string(explain().at("reason").as_string()),
              AllOf(HasSubstr("maintenance"), HasSubstr("Narrow"), HasSubstr("server")));
  EXPECT_EQ(explain().at("chain").as_array().size(), 3U);

  panel.patch("/api/admin/servers/" + server, {{"backup_configuration_uuid", nullptr}});
  EXPECT_EQ(explain().at("layer"), "node");
}

TEST(Configurations, a_damaged_assigned_one_refuses_and_breaks_no_list) {
  TestPanel panel;
  const auto location = panel.make_location();
  const auto node = panel.make_node(location);
  const auto server = panel.make_server(node);
  const auto damaged = panel.make_configuration("Damaged");
  panel.patch("/api/admin/locations/" + location, {{"backup_configuration_uuid", panel.make_configuration("Wide")}});
  panel.patch("/api/admin/nodes/" + node, {{"backup_configuration_uuid", damaged}});
  panel.database().execute("update backup_configurations set backup_disk = 'punch cards' where uuid = :uuid",
                           {{"uuid", damaged}});
  const auto explained = panel.get("/api/admin/servers/" + server + "/explain").json;
  EXPECT_EQ(explained.at("layer"), "node");
  EXPECT_EQ(explained.at("blocked"), true);
  EXPECT_EQ(panel.get("/api/admin/servers").at("servers").at("data").as_array().size(), 1U);
  EXPECT_EQ(panel.get(all_path()).at("backup_configurations").at("data").as_array().size(), 1U);
}

TEST(Configurations, holders_are_listed_where_it_is_directly_assigned) {
  TestPanel panel;
  const auto uuid = panel.make_configuration("A");
  const auto location = panel.make_location();
  const auto node = panel.make_node(location);
  panel.make_server(node, "other");
  const auto server = panel.make_server(node);
  panel.patch("/api/admin/locations/" + location, {{"backup_configuration_uuid", uuid}});
  panel.patch("/api/admin/servers/" + server, {{"backup_configuration_uuid", uuid}});
  EXPECT_EQ(panel.get(all_path() + "/" + uuid + "/locations").at("locations").at("total"), 1);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid + "/nodes").at("nodes").at("total"), 0);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid + "/servers").at("servers").at("data").at(0).at("uuid"),
            boost::json::value(server));
}

}  // namespace
}  // namespace strata::panel
