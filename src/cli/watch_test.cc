#include "strata/cli/watch.h"

#include <deque>

#include <gtest/gtest.h>

#include "strata/cli/command_line_fake.h"
#include "strata/http/json.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

const std::string kServer = "11111111-aaaa-4000-8000-000000000001";
const std::string kBackup = "22222222-bbbb-4000-8000-000000000002";
const std::string kBackups = "/api/client/servers/" + kServer + "/backups";
const std::string kOne = kBackups + "/" + kBackup;

json::object running(std::uint64_t bytes) {
  return {
      {"uuid", kBackup},
      {"name", "nightly"},
      {"state", "running"},
      {"is_successful", false},
      {"completed", nullptr},
      {"progress",
       json::object{{"phase", "store"}, {"bytes", bytes}, {"total_bytes", 1000}, {"files", 1}, {"total_files", 10}}}};
}

json::object ended(std::string_view state, json::value error = nullptr) {
  const bool successful = state.starts_with("completed");
  return {{"uuid", kBackup},
          {"name", "nightly"},
          {"state", state},
          {"is_successful", successful},
          {"error", std::move(error)},
          {"completed", "2026-08-22T12:07:53Z"},
          {"bytes", 1000},
          {"progress", nullptr}};
}

/// The verbs that start something and wait for its end.
class WatchTest : public testing::Test {
 protected:
  /// What the Panel says each time it is asked how it goes; the last answer stays.
  void goes(const std::string& path, const std::string& key, std::deque<json::value> answers) {
    panel.answer("GET " + path, [key, answers](const http::Request&) mutable {
      const json::object answer{{key, answers.front()}};
      if (answers.size() > 1) answers.pop_front();
      return http::json_response(200, answer);
    });
  }
  CommandLine::Result create(std::vector<std::string> options = {}) {
    panel.answer("POST " + kBackups, json::object{{"backup", running(0)}});
    std::vector<std::string> words{"backup", "create", kServer};
    words.insert(words.end(), options.begin(), options.end());
    return cli.run(words);
  }

  FakePanel panel;
  CommandLine cli{panel};
};

TEST_F(WatchTest, a_creation_is_shown_until_its_end_and_then_printed) {
  goes(kOne, "backup", {running(0), running(500), running(900), ended("completed")});
  const auto result = create();
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_NE(result.error.find("store:  50 %"), std::string::npos) << result.error;
  EXPECT_NE(result.error.find("store:  90 %"), std::string::npos) << result.error;
  EXPECT_NE(result.out.find("completed"), std::string::npos) << result.out;
}

TEST_F(WatchTest, with_json_only_the_last_state_is_printed) {
  goes(kOne, "backup", {running(500), ended("completed")});
  const auto result = create({"--json"});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(json::parse(result.out).at("state").as_string(), "completed");
}

TEST_F(WatchTest, a_failed_backup_fails_the_command_with_its_reason) {
  goes(kOne, "backup", {running(500), ended("failed", "the disk is full")});
  const auto result = create();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.error.find(kBackup + " failed: the disk is full"), std::string::npos) << result.error;
  EXPECT_EQ(result.out, "");
}

TEST_F(WatchTest, a_cancelled_backup_fails_the_command_and_says_so) {
  goes(kOne, "backup", {running(500), ended("cancelled", "cancelled before it began")});
  const auto result = create();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.error.find("was cancelled"), std::string::npos) << result.error;
}

TEST_F(WatchTest, a_lost_backup_fails_the_command) {
  goes(kOne, "backup", {ended("lost", "the node restarted and does not know of it any more")});
  EXPECT_EQ(create().exit_code, 1);
}

TEST_F(WatchTest, a_reason_cannot_write_controls_to_the_terminal) {
  goes(kOne, "backup", {ended("failed", "\x1b[2Jgone")});
  EXPECT_EQ(create().error.find('\x1b'), std::string::npos);
}

TEST_F(WatchTest, warnings_are_listed_and_the_command_succeeds) {
  auto backup = ended("completed_with_warnings");
  backup["warnings_count"] = 2;
  backup["warnings"] = json::array{json::object{{"path", "logs/latest.log"}, {"reason", "changed while it was read"}},
                                   json::object{{"path", "secret"}, {"reason", "permission denied"}}};
  goes(kOne, "backup", {backup});
  const auto result = create();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.error.find("2 warnings:\n  logs/latest.log: changed while it was read\n  secret: permission denied"),
            std::string::npos)
      << result.error;
}

TEST_F(WatchTest, of_many_warnings_the_first_twenty_are_shown) {
  auto backup = ended("completed_with_warnings");
  json::array warnings;
  for (int i = 0; i < 500; ++i) warnings.push_back(json::object{{"path", "f"}, {"reason", "unreadable"}});
  backup["warnings_count"] = 1234;
  backup["warnings"] = warnings;
  goes(kOne, "backup", {backup});
  const auto result = create();
  EXPECT_NE(result.error.find("1234 warnings:"), std::string::npos);
  std::size_t shown = 0;
  for (auto at = result.error.find("  f: unreadable"); at != std::string::npos;
       at = result.error.find("  f: unreadable", at + 1))
    ++shown;
  EXPECT_EQ(shown, 20u);
  EXPECT_NE(result.error.find("backup show --json"), std::string::npos);
}

TEST_F(WatchTest, without_waiting_the_pending_backup_is_printed_at_once) {
  const auto result = create({"--no-wait", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(json::parse(result.out).at("uuid").as_string(), kBackup);
  EXPECT_EQ(panel.asked().size(), 1u);
}

TEST_F(WatchTest, a_refused_creation_waits_for_nothing) {
  panel.answer("POST " + kBackups,
               json::object{{"errors", json::array{"cannot create backup while backup configuration 'MinIO' (from node "
                                                   "'n') is in maintenance mode"}}},
               417);
  const auto result = cli.run({"backup", "create", kServer});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.error.find("maintenance"), std::string::npos);
}

TEST_F(WatchTest, a_restore_ends_with_its_undo_time) {
  panel.answer("POST " + kOne + "/restore", json::object{});
  goes("/api/client/servers/" + kServer + "/restore", "restore",
       {json::object{{"state", "running"}, {"progress", nullptr}},
        json::object{{"state", "completed"}, {"undo_until", "2026-08-23T12:07:53Z"}, {"warnings_count", 0}}});
  const auto result = cli.run({"backup", "restore", kServer, kBackup});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_NE(result.out.find("2026-08-23 12:07:53"), std::string::npos) << result.out;
  EXPECT_EQ(panel.bodies_of("POST " + kOne + "/restore").front(),
            json::parse(R"({"truncate_directory":true,"restore_startup":false,"keep_ignored":true,"force":false})"));
}

TEST_F(WatchTest, the_options_of_a_restore_reach_the_panel) {
  panel.answer("POST " + kOne + "/restore", json::object{});
  const auto result =
      cli.run({"backup", "restore", kServer, kBackup, "--merge", "--discard-ignored", "--force", "--no-wait"});
  EXPECT_EQ(result.out, "accepted\n");
  EXPECT_EQ(panel.bodies_of("POST " + kOne + "/restore").front(),
            json::parse(R"({"truncate_directory":false,"restore_startup":false,"keep_ignored":false,"force":true})"));
}

TEST_F(WatchTest, a_failed_restore_fails_the_command_with_its_reason) {
  panel.answer("POST " + kOne + "/restore", json::object{});
  goes("/api/client/servers/" + kServer + "/restore", "restore",
       {json::object{{"state", "failed"}, {"error", "the archive is damaged"}}});
  const auto result = cli.run({"backup", "restore", kServer, kBackup});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.error.find("the archive is damaged"), std::string::npos) << result.error;
}

TEST_F(WatchTest, an_undo_is_watched_like_a_restore) {
  panel.answer("POST " + kBackups + "/undo-restore", json::object{});
  goes("/api/client/servers/" + kServer + "/restore", "restore", {json::object{{"state", "completed"}}});
  EXPECT_EQ(cli.run({"backup", "undo", kServer, "--force"}).exit_code, 0);
  EXPECT_EQ(panel.bodies_of("POST " + kBackups + "/undo-restore").front(), json::parse(R"({"force":true})"));
}

class VerifyTest : public WatchTest {
 protected:
  VerifyTest() { panel.answer("POST " + kOne + "/verify", json::object{}, 202); }
  static json::object verified(const char* time, bool intact, bool is_running) {
    auto backup = ended("completed");
    backup["verified"] =
        json::object{{"intact", intact}, {"time", time}, {"damage", json::array{}}, {"hashes_compared", true}};
    if (is_running) backup["progress"] = json::object{{"phase", "verify"}, {"bytes", 0}, {"total_bytes", 0}};
    return backup;
  }
  CommandLine::Result verify() { return cli.run({"backup", "verify", kServer, kBackup}); }
};

TEST_F(VerifyTest, an_intact_backup_succeeds_and_an_older_verification_is_not_taken_for_it) {
  goes(kOne, "backup",
       {verified("2026-08-01T00:00:00Z", false, false), verified("2026-08-01T00:00:00Z", false, true),
        verified("2026-08-22T00:00:00Z", true, false)});
  const auto result = verify();
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_NE(result.out.find("2026-08-22 00:00:00"), std::string::npos) << result.out;
}

TEST_F(VerifyTest, a_damaged_backup_has_an_exit_code_of_its_own) {
  goes(kOne, "backup", {ended("completed"), verified("2026-08-22T00:00:00Z", false, false)});
  EXPECT_EQ(verify().exit_code, 7);
}

TEST_F(VerifyTest, a_verification_that_ends_without_a_result_does_not_wait_for_ever) {
  goes(kOne, "backup",
       {verified("2026-08-01T00:00:00Z", true, false), verified("2026-08-01T00:00:00Z", true, true),
        verified("2026-08-01T00:00:00Z", true, false)});
  EXPECT_EQ(verify().exit_code, 1);
}

}  // namespace
}  // namespace strata::cli
