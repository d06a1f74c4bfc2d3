#include "strata/wings/operations/start_recovery.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/describe/json.h"
#include "strata/tree/staging.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using vfs::read_plain;
using vfs::write_plain;
using wire::OperationKind;

/// A node that was killed in the middle of something: the journal and the files are put as they would be then, and the
/// daemon is started on them.
class StartRecoveryTest : public testing::Test {
 protected:
  StartRecoveryTest() {
    server = node.add_server("survival");
    write_plain(level(), "good");
  }

  std::string level() const { return node.path_of(server) + "/level.dat"; }

  NewOperation operation(OperationKind kind, boost::json::value payload) {
    NewOperation made;
    made.id = OperationId::random();
    made.kind = kind;
    made.backup = backup;
    made.server = server;
    made.payload = std::move(payload);
    return made;
  }

  NewOperation creation() { return operation(OperationKind::kCreate, describe::to_json(node.create_command(backup))); }
  NewOperation restoration() { return operation(OperationKind::kRestore, describe::to_json(node.restore_command())); }

  /// As if the daemon had died in `phase`.
  void interrupt(const NewOperation& made, std::string_view phase, boost::json::value notes = nullptr) {
    node.with_journal([&](Journal& journal) {
      journal.accept(made);
      journal.set_phase(made.id, phase);
      journal.set_notes(made.id, notes);
    });
  }

  /// A finished operation becomes one that the daemon died in just before it wrote the result.
  void forget_result(OperationId id, const std::string& phase) {
    auto database = database::Database::open("sqlite:" + node.directory.path("state/journal.db"));
    database.execute("update operations set delivery = 'none', report = 'null', phase = :phase where id = :id",
                     {{"phase", phase}, {"id", id}});
  }

  /// Two reports of one operation: the one before and the one after the restart.
  boost::json::value second_report_of(OperationId id) {
    std::vector<boost::json::value> reports;
    const bool came = node.panel.wait_until([&] {
      reports.clear();
      for (const auto& received : node.panel.received()) {
        const auto* of = received.body.as_object().if_contains("operation");
        if (of != nullptr && *of == id.text().c_str()) reports.push_back(received.body);
      }
      return reports.size() == 2;
    });
    EXPECT_TRUE(came);
    return came ? reports[1] : boost::json::value{};
  }

  void know_the_server() {
    node.start();
    node.stop();
  }

  NodeFake node;
  ServerId server;
  BackupId backup = BackupId::random();
};

TEST_F(StartRecoveryTest, a_backup_that_was_only_queued_is_made_now) {
  know_the_server();
  const auto made = creation();
  interrupt(made, phases::kQueued);
  node.start();
  EXPECT_EQ(node.report_of(made.id).at("successful"), true);
  EXPECT_TRUE(std::filesystem::exists(node.backup_path(backup)));
}

TEST_F(StartRecoveryTest, a_backup_that_was_cut_off_has_failed_and_leaves_nothing) {
  know_the_server();
  const auto made = creation();
  interrupt(made, phases::kStore);
  write_plain(node.directory.path("backups/.tmp-half"), "half an archive");
  node.start();
  const auto report = node.report_of(made.id);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("restarted during the backup"));
  EXPECT_THAT(vfs::tree_of(node.directory.path("backups")), IsEmpty());
}

TEST_F(StartRecoveryTest, a_backup_that_was_whole_when_the_node_died_is_reported_as_it_is) {
  node.start();
  const auto accepted = node.wings().operations().create_backup(server, node.create_command(backup), {});
  const auto before = node.report_of(accepted.operation);
  node.stop();
  forget_result(accepted.operation, "store");
  node.start();
  EXPECT_EQ(second_report_of(accepted.operation), before);
}

TEST_F(StartRecoveryTest, a_restore_that_was_staging_has_failed_and_its_files_are_gone) {
  node.start();
  backup = node.backed_up(server);
  node.stop();
  write_plain(level(), "newer");
  const auto made = restoration();
  interrupt(made, phases::kStage);
  {
    tree::Warnings warnings;
    const auto root = tree::inspect_live_root(node.kernel, node.path_of(server));
    const tree::Staging half(root, made.id, {}, node.privileged, warnings);
  }
  node.start();
  const auto report = node.report_of(made.id);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("as before"));
  EXPECT_EQ(read_plain(level()), "newer");
  EXPECT_EQ(node.wings().operations().undo_until(server), std::nullopt);
}

TEST_F(StartRecoveryTest, a_restore_that_never_came_to_its_exchange_starts_the_server_again) {
  node.runtime(server).set_running(false);
  know_the_server();
  const auto made = restoration();
  interrupt(made, phases::kSwap, {{"was_running", true}});
  node.start();
  EXPECT_EQ(node.report_of(made.id).at("successful"), false);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("start"));
}

TEST_F(StartRecoveryTest, a_restore_whose_exchange_happened_is_reported_as_done) {
  node.runtime(server).set_running(true);
  node.start();
  backup = node.backed_up(server);
  write_plain(level(), "broken");
  const auto accepted = node.wings().operations().restore_backup(server, backup, node.restore_command(), {});
  ASSERT_EQ(node.report_of(accepted.operation).at("successful"), true);
  node.stop();
  forget_result(accepted.operation, "swap");
  node.runtime(server).set_running(false);
  node.start();
  const auto report = second_report_of(accepted.operation);
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_FALSE(report.at("undo_until").is_null());
  EXPECT_EQ(read_plain(level()), "good");
  EXPECT_TRUE(node.runtime(server).is_running());
}

TEST_F(StartRecoveryTest, an_undo_is_reported_as_the_files_are) {
  node.start();
  backup = node.backed_up(server);
  write_plain(level(), "broken");
  const auto restored = node.wings().operations().restore_backup(server, backup, node.restore_command(), {});
  ASSERT_EQ(node.report_of(restored.operation).at("successful"), true);
  const auto undone = node.wings().operations().undo_restore(server, {}, {});
  ASSERT_EQ(node.report_of(undone.operation).at("successful"), true);
  node.stop();
  forget_result(undone.operation, "swap");
  auto never_happened = operation(
      OperationKind::kUndo, {{"operation", restored.operation.text()}, {"force", false}, {"held_restored", true}});
  never_happened.backup.reset();
  interrupt(never_happened, phases::kSwap);
  node.start();
  EXPECT_EQ(second_report_of(undone.operation).at("successful"), true);
  EXPECT_EQ(node.report_of(never_happened.id).at("successful"), false);
  EXPECT_EQ(read_plain(level()), "broken");
}

TEST_F(StartRecoveryTest, a_deletion_is_done_again) {
  node.start();
  backup = node.backed_up(server);
  node.stop();
  const auto made =
      operation(OperationKind::kDelete,
                describe::to_json(wire::DeleteBackupCommand{.adapter = "wings", .foreground = true, .server = server}));
  interrupt(made, phases::kFinish);
  node.start();
  EXPECT_EQ(node.report_of(made.id).at("successful"), true);
  EXPECT_FALSE(std::filesystem::exists(node.backup_path(backup)));
}

TEST_F(StartRecoveryTest, a_verification_that_was_cut_off_says_so) {
  node.start();
  backup = node.backed_up(server);
  node.stop();
  const auto made = operation(OperationKind::kVerify,
                              describe::to_json(wire::VerifyBackupCommand{.adapter = "wings", .server = server}));
  interrupt(made, phases::kVerify);
  node.start();
  const auto report = node.report_of(made.id);
  EXPECT_EQ(report.at("intact"), false);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("restarted during the verification"));
}

TEST_F(StartRecoveryTest, a_server_that_vanished_meanwhile_ends_its_operations) {
  know_the_server();
  const auto made = creation();
  interrupt(made, phases::kQueued);
  node.panel.servers.clear();
  auto database = database::Database::open("sqlite:" + node.directory.path("state/journal.db"));
  database.execute("delete from servers");
  node.start();
  EXPECT_EQ(node.report_of(made.id).at("successful"), false);
}

TEST_F(StartRecoveryTest, the_panel_hears_at_the_reset_what_goes_on_and_what_will_come) {
  know_the_server();
  const auto queued = creation();
  interrupt(queued, phases::kQueued);
  NewOperation owed = operation(OperationKind::kVerify, nullptr);
  owed.backup = BackupId::random();
  node.with_journal([&](Journal& journal) {
    journal.accept(owed);
    journal.finish(owed.id, phases::kCompleted, {{"operation", owed.id.text()}});
    const auto operations = reset_operations(journal);
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_EQ(operations[0].operation, queued.id);
    EXPECT_EQ(operations[0].phase, "queued");
    EXPECT_EQ(operations[1].operation, owed.id);
    EXPECT_EQ(operations[1].phase, "reported_later");
  });
}

}  // namespace
}  // namespace strata::wings
