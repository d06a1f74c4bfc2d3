#include "strata/cli/verbs.h"

#include <fstream>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/cli/captured_output_fake.h"
#include "strata/cli/command_line_fake.h"

namespace strata::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

const std::string kLocation = "11111111-aaaa-4000-8000-000000000001";
const std::string kNode = "22222222-aaaa-4000-8000-000000000002";
const std::string kServer = "33333333-aaaa-4000-8000-000000000003";
const std::string kConfiguration = "44444444-aaaa-4000-8000-000000000004";

json::object item(const std::string& uuid, const std::string& name) {
  return {{"uuid", uuid}, {"name", name}};
}

/// What each verb sends to the Panel, and what it prints of the answer.
class VerbsTest : public testing::Test {
 protected:
  VerbsTest() {
    panel.list("/api/admin/locations", "locations", {item(kLocation, "Frankfurt")});
    panel.list("/api/admin/nodes", "nodes", {item(kNode, "node-1")});
    panel.list("/api/admin/servers", "servers", {item(kServer, "Survival")});
    panel.list("/api/admin/backup-configurations", "backup_configurations", {item(kConfiguration, "MinIO")});
  }
  json::value sent(const std::string& what) {
    const auto bodies = panel.bodies_of(what);
    return bodies.size() == 1 ? bodies.front() : json::value("asked " + std::to_string(bodies.size()) + " times");
  }
  void run(const std::vector<std::string>& words) {
    result = cli.run(words);
    EXPECT_EQ(result.exit_code, 0) << result.error;
  }

  FakePanel panel;
  CommandLine cli{panel};
  CommandLine::Result result;
};

void expect_help(const CLI::App& app, const std::string& words) {
  EXPECT_FALSE(app.get_description().empty()) << words;
  EXPECT_FALSE(app.help().empty()) << words;
  for (const CLI::Option* option : app.get_options())
    EXPECT_FALSE(option->get_description().empty()) << words << " " << option->get_name();
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    expect_help(*verb, words + " " + verb->get_name());
}

TEST_F(VerbsTest, every_verb_and_every_option_is_explained) {
  CapturedOutput captured;
  vfs::PosixKernel kernel;
  Context context(captured.output(), kernel, cli.clock, [](const char*) { return std::nullopt; }, [] {});
  CLI::App app("test", "strata");
  add_client_verbs(app, context);
  expect_help(app, "strata");
}

TEST_F(VerbsTest, help_needs_neither_a_panel_nor_credentials) {
  cli.environment.erase("STRATA_API_KEY");
  run({"backup", "restore", "--help"});
  EXPECT_TRUE(panel.asked().empty());
}

TEST_F(VerbsTest, a_wrong_command_line_is_exit_code_2_and_asks_nobody) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {}, {"bakcup"}, {"backup"}, {"backup", "create"}, {"backup", "create", "Survival", "--no-such-option"}}) {
    EXPECT_EQ(cli.run(words).exit_code, 2);
  }
  EXPECT_TRUE(panel.asked().empty());
}

TEST_F(VerbsTest, without_credentials_the_advice_is_to_sign_in) {
  cli.environment.erase("STRATA_API_KEY");
  result = cli.run({"server", "list"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("strata login"));
}

TEST_F(VerbsTest, a_panel_that_is_not_there_is_exit_code_6) {
  cli.environment["STRATA_URL"] = "http://127.0.0.1:9";
  EXPECT_EQ(cli.run({"server", "list"}).exit_code, 6);
}

TEST_F(VerbsTest, lists_are_tables_or_json) {
  run({"location", "list"});
  EXPECT_EQ(result.out, "NAME       BACKUP CONFIGURATION  UUID\nFrankfurt  -                     " + kLocation + "\n");
  run({"location", "list", "--json"});
  EXPECT_EQ(json::parse(result.out), (json::array{item(kLocation, "Frankfurt")}));
  run({"location", "list", "--search", "nothing"});
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.error, "no locations yet\n");
}

TEST_F(VerbsTest, one_is_shown_by_its_name) {
  panel.answer("GET /api/admin/nodes/" + kNode,
               json::object{{"node", json::object{{"name", "node-1"}, {"location", item(kLocation, "Frankfurt")}}}});
  run({"node", "show", "node-1"});
  EXPECT_THAT(result.out, HasSubstr("Frankfurt"));
}

TEST_F(VerbsTest, a_location_is_created_with_what_was_given_and_nothing_else) {
  panel.answer("POST /api/admin/locations", json::object{{"location", item(kLocation, "Frankfurt")}});
  run({"location", "create", "Frankfurt", "--flag", "de", "--configuration", "MinIO"});
  EXPECT_EQ(sent("POST /api/admin/locations"),
            (json::object{{"name", "Frankfurt"}, {"flag", "de"}, {"backup_configuration_uuid", kConfiguration}}));
  EXPECT_THAT(result.out, HasSubstr(kLocation));
}

TEST_F(VerbsTest, an_update_sends_only_what_changes_and_none_clears) {
  const auto path = "/api/admin/locations/" + kLocation;
  panel.answer("PATCH " + path, json::object{});
  panel.answer("GET " + path, json::object{{"location", item(kLocation, "Berlin")}});
  run({"location", "update", "Frankfurt", "--name", "Berlin", "--configuration", "none", "--description", "none"});
  EXPECT_EQ(sent("PATCH " + path),
            json::parse(R"({"name":"Berlin","description":null,"backup_configuration_uuid":null})"));
}

TEST_F(VerbsTest, a_node_is_created_in_a_location_named_by_name) {
  panel.answer("POST /api/admin/nodes", json::object{{"node", item(kNode, "node-2")}});
  run({"node", "create", "node-2", "--location", "Frankfurt", "--url", "http://10.0.0.2:8080"});
  EXPECT_EQ(sent("POST /api/admin/nodes"),
            (json::object{{"name", "node-2"}, {"location_uuid", kLocation}, {"url", "http://10.0.0.2:8080"}}));
}

TEST_F(VerbsTest, a_join_code_comes_with_the_command_to_type) {
  panel.answer("POST /api/admin/nodes/" + kNode + "/join-code",
               json::object{{"code", "abcd-1234"}, {"expires", "2026-08-22T13:00:00Z"}});
  run({"node", "join-code", "node-1"});
  EXPECT_THAT(result.out, HasSubstr("abcd-1234"));
  EXPECT_THAT(result.error, HasSubstr("strata wings configure --panel " + panel.url() + " --join abcd-1234"));
}

TEST_F(VerbsTest, a_server_adopts_a_directory_with_its_runtime) {
  panel.answer("POST /api/admin/servers", json::object{{"server", item(kServer, "Demo")}});
  run({"server", "create", "Demo", "--node", "node-1", "--path", "/srv/demo", "--runtime", "command:demo"});
  EXPECT_EQ(sent("POST /api/admin/servers"), (json::object{{"name", "Demo"},
                                                           {"node_uuid", kNode},
                                                           {"path", "/srv/demo"},
                                                           {"runtime", {{"kind", "command"}, {"name", "demo"}}}}));
}

TEST_F(VerbsTest, a_configuration_is_created_for_the_local_disk) {
  panel.answer("POST /api/admin/backup-configurations",
               json::object{{"backup_configuration", item(kConfiguration, "Local")}});
  run({"configuration", "create", "Local", "--maintenance"});
  EXPECT_EQ(sent("POST /api/admin/backup-configurations"),
            json::parse(R"({"name":"Local","backup_disk":"local","maintenance_enabled":true,"shared":false,
                            "backup_configs":{}})"));
}

TEST_F(VerbsTest, an_assignment_reaches_every_place_that_was_named) {
  panel.answer("PATCH /api/admin/locations/" + kLocation, json::object{});
  panel.answer("PATCH /api/admin/nodes/" + kNode, json::object{});
  panel.answer("PATCH /api/admin/servers/" + kServer, json::object{});
  run({"configuration", "assign", "MinIO", "--location", "Frankfurt", "--node", "node-1", "--server", "Survival"});
  const json::object assigned{{"backup_configuration_uuid", kConfiguration}};
  EXPECT_EQ(sent("PATCH /api/admin/locations/" + kLocation), assigned);
  EXPECT_EQ(sent("PATCH /api/admin/nodes/" + kNode), assigned);
  EXPECT_EQ(sent("PATCH /api/admin/servers/" + kServer), assigned);

  run({"configuration", "unassign", "--node", "node-1"});
  EXPECT_EQ(panel.bodies_of("PATCH /api/admin/nodes/" + kNode).back(),
            (json::object{{"backup_configuration_uuid", nullptr}}));
}

TEST_F(VerbsTest, an_assignment_to_nothing_is_refused) {
  result = cli.run({"configuration", "assign", "MinIO"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("--location, --node or --server"));
}

TEST_F(VerbsTest, a_deletion_says_what_it_deleted_and_force_is_passed_on) {
  const auto path = "/api/admin/backup-configurations/" + kConfiguration;
  panel.answer("DELETE " + path, json::object{});
  run({"configuration", "delete", "MinIO"});
  EXPECT_EQ(sent("DELETE " + path), (json::object{{"force", false}}));
  run({"configuration", "delete", "MinIO", "--force"});
  EXPECT_EQ(sent("DELETE " + path + "?force=true"), (json::object{{"force", true}}));
  EXPECT_THAT(result.out, HasSubstr(kConfiguration));
}

TEST_F(VerbsTest, what_is_in_use_is_exit_code_5_with_the_panels_count) {
  panel.answer("DELETE /api/admin/backup-configurations/" + kConfiguration,
               json::object{{"errors", json::array{"3 backups were made with it"}}}, 409);
  result = cli.run({"configuration", "delete", "MinIO"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.error, HasSubstr("3 backups"));
}

TEST_F(VerbsTest, explain_shows_the_summary_and_every_layer) {
  panel.answer("GET /api/admin/servers/" + kServer + "/explain", json::parse(R"json({
    "layer":"location","blocked":false,"summary":"backs up to MinIO (from location Frankfurt)","configuration":{},
    "chain":[{"layer":"server","name":"Survival","state":"unset","configuration":null},
             {"layer":"node","name":"node-1","state":"unset","configuration":null},
             {"layer":"location","name":"Frankfurt","state":"chosen","configuration":{"name":"MinIO"}}]})json"));
  run({"explain", "Survival"});
  EXPECT_EQ(result.out,
            "backs up to MinIO (from location Frankfurt)\n"
            "LAYER     NAME       BACKUP CONFIGURATION  \n"
            "server    Survival   -                     unset\n"
            "node      node-1     -                     unset\n"
            "location  Frankfurt  MinIO                 chosen\n");
  run({"explain", "Survival", "--json"});
  EXPECT_EQ(json::parse(result.out).at("layer").as_string(), "location");
}

TEST_F(VerbsTest, ignore_rules_of_options_and_of_a_file_are_sent_in_order) {
  const auto path = "/api/client/servers/" + kServer + "/backups";
  panel.answer("POST " + path, json::object{{"backup", item(kServer, "before the update")}});
  std::ofstream(cli.home.path("rules")) << "*.log\n!keep.log\n\n# a comment";
  run({"backup", "create", "Survival", "--name", "before the update", "--ignore", "cache/", "--ignore", "*.tmp",
       "--ignore-file", cli.home.path("rules"), "--no-wait"});
  EXPECT_EQ(sent("POST " + path), json::parse(R"({"name":"before the update","backup_group_uuid":null,
      "ignored_files":["cache/","*.tmp","*.log","!keep.log","","# a comment"]})"));
}

TEST_F(VerbsTest, a_file_of_ignore_rules_that_is_not_there_starts_no_backup) {
  result = cli.run({"backup", "create", "Survival", "--ignore-file", cli.home.path("nothing")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(panel.asked().empty());
}

TEST_F(VerbsTest, backups_are_listed_deleted_cancelled_and_a_server_unlocked) {
  const auto path = "/api/client/servers/" + kServer + "/backups";
  panel.list(path, "backups",
             {json::object{{"uuid", kConfiguration}, {"name", "nightly"}, {"state", "completed"}, {"bytes", 2048}}});
  panel.answer("DELETE " + path + "/" + kConfiguration, json::object{}, 202);
  panel.answer("POST " + path + "/" + kConfiguration + "/cancel", json::object{}, 202);
  panel.answer("POST " + path + "/unlock", json::object{});
  run({"backup", "list", "Survival"});
  EXPECT_THAT(result.out, HasSubstr("2.00 KiB"));
  run({"backup", "delete", "Survival", "nightly"});
  EXPECT_EQ(result.out, "deletion started\n");
  run({"backup", "cancel", "Survival", "nightly"});
  EXPECT_EQ(result.out, "cancelling\n");
  run({"backup", "unlock", "Survival"});
  EXPECT_EQ(result.out, "unlocked\n");
}

}  // namespace
}  // namespace strata::cli
