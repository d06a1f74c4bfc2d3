#include "strata/wings/operations/backup_deletion.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"

namespace strata::wings {
namespace {

class BackupDeletionTest : public testing::Test {
 protected:
  BackupDeletionTest() {
    server = node.add_server("survival");
    vfs::write_plain(node.path_of(server) + "/level.dat", "good");
    node.start();
    backup = node.backed_up(server);
  }

  Operations::Deletion remove(bool foreground, CommandOrigin origin = {}) {
    return node.wings().operations().delete_backup(
        backup, {.adapter = "wings", .foreground = foreground, .server = server}, origin);
  }

  ErrorKind refusal_of(const std::function<void()>& command) {
    try {
      command();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "the command was taken";
    return ErrorKind::kInternal;
  }

  NodeFake node;
  ServerId server;
  BackupId backup;
};

TEST_F(BackupDeletionTest, in_the_background_the_end_is_reported) {
  const auto deletion = remove(false);
  EXPECT_FALSE(deletion.done);
  EXPECT_EQ(node.report_of(deletion.accepted.operation).at("successful"), true);
  EXPECT_FALSE(std::filesystem::exists(node.backup_path(backup)));
}

TEST_F(BackupDeletionTest, in_the_foreground_the_answer_is_the_report) {
  const auto deletion = remove(true);
  EXPECT_TRUE(deletion.done);
  EXPECT_FALSE(std::filesystem::exists(node.backup_path(backup)));
  const auto stored = node.wings().journal().find(deletion.accepted.operation);
  EXPECT_EQ(stored->delivery, Delivery::kAcknowledged);
}

TEST_F(BackupDeletionTest, a_failure_in_the_foreground_is_thrown_and_in_the_background_reported) {
  node.disk().fail_next("remove", Error(ErrorKind::kConflict, "somebody reads it"));
  EXPECT_EQ(refusal_of([&] { remove(true); }), ErrorKind::kConflict);
  node.disk().fail_next("remove", Error(ErrorKind::kConflict, "somebody reads it"));
  const auto report = node.report_of(remove(false).accepted.operation);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_EQ(report.at("error"), "somebody reads it");
  EXPECT_TRUE(std::filesystem::exists(node.backup_path(backup)));
}

TEST_F(BackupDeletionTest, an_absent_backup_is_not_found_and_cannot_be_created_by_an_older_command) {
  backup = BackupId::random();
  EXPECT_EQ(refusal_of([&] { remove(true, {.operation = {}, .fence = 5}); }), ErrorKind::kNotFound);
  const auto create = [&](std::uint64_t fence) {
    node.wings().operations().create_backup(server, node.create_command(backup), {.operation = {}, .fence = fence});
  };
  EXPECT_EQ(refusal_of([&] { create(4); }), ErrorKind::kConflict);
  EXPECT_NO_THROW(create(6));
}

TEST_F(BackupDeletionTest, a_backup_that_is_being_made_is_deleted_once_it_is_there) {
  node.disk().hold();
  backup = BackupId::random();
  const auto created = node.wings().operations().create_backup(server, node.create_command(backup), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  const auto deletion = remove(false);
  node.disk().let_go();
  EXPECT_EQ(node.report_of(created.operation).at("successful"), true);
  EXPECT_EQ(node.report_of(deletion.accepted.operation).at("successful"), true);
  EXPECT_FALSE(std::filesystem::exists(node.backup_path(backup)));
}

TEST_F(BackupDeletionTest, the_same_deletion_again_answers_done) {
  const CommandOrigin origin{.operation = OperationId::random(), .fence = 9};
  EXPECT_TRUE(remove(true, origin).done);
  const auto again = remove(true, origin);
  EXPECT_TRUE(again.done);
  EXPECT_FALSE(again.accepted.is_new);
}

}  // namespace
}  // namespace strata::wings
