#include "strata/wings/wings.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"

namespace strata::wings {
namespace {

using testing::HasSubstr;
using vfs::write_plain;

class WingsTest : public testing::Test {
 protected:
  WingsTest() {
    server = node.add_server("survival");
    write_plain(node.path_of(server) + "/level.dat", "good");
  }

  std::size_t reports_of(OperationId operation) {
    std::size_t count = 0;
    for (const auto& received : node.panel.received()) {
      const auto* of = received.body.as_object().if_contains("operation");
      if (of != nullptr && *of == operation.text().c_str()) ++count;
    }
    return count;
  }

  NodeFake node;
  ServerId server;
};

TEST_F(WingsTest, a_start_tells_the_panel_and_learns_its_servers) {
  const auto second = node.add_server("creative");
  std::filesystem::remove_all(node.path_of(second));
  node.start();
  EXPECT_TRUE(node.wings().is_connected());
  ASSERT_FALSE(node.panel.received().empty());
  EXPECT_EQ(node.panel.received()[0].path, "servers/reset");
  EXPECT_EQ(node.panel.received()[0].body.at("boot"), node.wings().boot().text().c_str());
  EXPECT_EQ(node.wings().servers().list().size(), 2u);
  EXPECT_TRUE(std::filesystem::is_directory(node.path_of(second))) << "a server of our own gets its directory";
}

TEST_F(WingsTest, nothing_is_served_before_the_start) {
  Wings wings(*node.configuration,
              {.kernel = node.kernel, .privileged = node.privileged, .clock = node.clock, .log = node.log}, {});
  try {
    wings.operations();
    FAIL() << "was served";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  }
  EXPECT_FALSE(wings.is_connected());
}

TEST_F(WingsTest, two_daemons_do_not_share_a_state_directory) {
  node.start();
  Wings second(*node.configuration,
               {.kernel = node.kernel, .privileged = node.privileged, .clock = node.clock, .log = node.log}, {});
  try {
    second.start();
    FAIL() << "started";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConflict);
    EXPECT_THAT(error.message(), HasSubstr("state directory"));
  }
}

TEST_F(WingsTest, without_its_panel_a_node_knows_its_servers_and_takes_no_commands) {
  node.start();
  node.stop();
  node.panel.stop();
  node.start(false);
  EXPECT_FALSE(node.wings().is_connected());
  EXPECT_EQ(node.wings().servers().get(server)->meta.name, "survival");
  try {
    node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  }
  node.panel.start();
  EXPECT_TRUE(node.wings().wait_until_connected(std::chrono::seconds{20}));
  node.backed_up(server);
}

TEST_F(WingsTest, a_result_that_the_panel_missed_arrives_later_and_once) {
  node.start();
  node.disk().hold();
  const auto accepted = node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  node.panel.stop();
  node.disk().let_go();
  ASSERT_TRUE(node.wings().jobs().wait(accepted.operation, std::chrono::seconds{20}));
  node.panel.start();
  EXPECT_EQ(node.report_of(accepted.operation).at("successful"), true);
  ASSERT_TRUE(node.panel.wait_until(
      [&] { return node.wings().journal().find(accepted.operation)->delivery == Delivery::kAcknowledged; }));
  EXPECT_EQ(reports_of(accepted.operation), 1u);
}

TEST_F(WingsTest, a_result_that_the_panel_missed_arrives_after_a_restart_of_the_node) {
  node.start();
  node.disk().hold();
  const auto accepted = node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  node.panel.stop();
  node.disk().let_go();
  ASSERT_TRUE(node.wings().jobs().wait(accepted.operation, std::chrono::seconds{20}));
  node.stop();
  node.panel.start();
  node.start();
  EXPECT_EQ(node.report_of(accepted.operation).at("successful"), true);
}

TEST_F(WingsTest, heartbeats_show_what_runs) {
  node.start();
  node.disk().hold();
  const auto accepted = node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  const auto shows = [&] {
    for (const auto& heartbeat : node.panel.heartbeats()) {
      if (heartbeat.operations.size() == 1 && heartbeat.operations[0].phase == "store") return true;
    }
    return false;
  };
  ASSERT_TRUE(node.panel.wait_until(shows));
  const auto heartbeats = node.panel.heartbeats();
  EXPECT_EQ(heartbeats.back().boot, node.wings().boot());
  EXPECT_EQ(heartbeats.back().operations.at(0).operation, accepted.operation);
  EXPECT_EQ(heartbeats.back().operations.at(0).total_bytes, 4u);
  node.disk().let_go();
  EXPECT_TRUE(node.panel.wait_until([&] { return node.panel.heartbeats().back().operations.empty(); }));
}

TEST_F(WingsTest, stopping_ends_a_running_backup_and_says_so) {
  node.start();
  node.disk().hold();
  const auto accepted = node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  node.stop();
  node.start();
  const auto report = node.report_of(accepted.operation);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_EQ(report.at("cancelled"), false);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("stopped during the backup"));
}

TEST_F(WingsTest, the_number_of_jobs_follows_the_configuration_at_once) {
  const auto second = node.add_server("creative");
  node.configuration->edit([](Configuration& values) { values.system.backups.parallel_jobs = 1; });
  node.start();
  node.disk().hold();
  node.wings().operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  const auto waiting = node.wings().operations().create_backup(second, node.create_command(BackupId::random()), {});
  node.configuration->apply_patch({{"system", {{"backups", {{"parallel_jobs", 2}}}}}});
  EXPECT_TRUE(node.panel.wait_until([&] {
    for (const auto& status : node.wings().jobs().operations()) {
      if (status.operation == waiting.operation) return status.phase == "store";
    }
    return false;
  }));
  node.disk().let_go();
}

TEST_F(WingsTest, a_server_that_was_made_after_the_start_is_fetched) {
  node.start();
  const auto later = node.add_server("later");
  std::filesystem::remove_all(node.path_of(later));
  EXPECT_EQ(node.wings().fetch_server(later)->meta.name, "later");
  EXPECT_TRUE(std::filesystem::is_directory(node.path_of(later)));
  EXPECT_THROW(node.wings().fetch_server(ServerId::random()), Error);
}

TEST_F(WingsTest, an_undo_past_its_time_frees_its_space) {
  node.start();
  const auto backup = node.backed_up(server);
  const auto restored = node.wings().operations().restore_backup(server, backup, node.restore_command(), {});
  ASSERT_EQ(node.report_of(restored.operation).at("successful"), true);
  const auto area = node.directory.path("volumes/.strata-restore/" + server.text() + "/" + restored.operation.text());
  ASSERT_TRUE(std::filesystem::exists(area));
  node.stop();
  node.clock.advance(std::chrono::hours(25));
  node.start();
  EXPECT_TRUE(node.panel.wait_until([&] { return !std::filesystem::exists(area); }));
}

}  // namespace
}  // namespace strata::wings
