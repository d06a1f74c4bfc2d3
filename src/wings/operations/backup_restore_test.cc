#include "strata/wings/operations/backup_restore.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using vfs::read_plain;
using vfs::write_plain;

/// A process whose working directory is inside the server.
class Lodger {
 public:
  explicit Lodger(const std::string& directory) {
    int ready[2];
    EXPECT_EQ(::pipe2(ready, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      if (::chdir(directory.c_str()) == 0 && ::write(ready[1], "x", 1) == 1) {
        ::execl("/bin/sleep", "sleep", "1000", nullptr);
      }
      ::_exit(1);
    }
    char moved_in = 0;
    EXPECT_EQ(::read(ready[0], &moved_in, 1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Lodger() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Lodger(const Lodger&) = delete;
  Lodger& operator=(const Lodger&) = delete;
  int pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

class BackupRestoreTest : public testing::Test {
 protected:
  BackupRestoreTest() {
    server = node.add_server("survival");
    write_plain(level(), "good");
    write_plain(node.path_of(server) + "/server.jar", "code");
  }

  void start_with_backup() {
    node.start();
    backup = node.backed_up(server);
  }

  std::string level() const { return node.path_of(server) + "/level.dat"; }
  std::string extra() const { return node.path_of(server) + "/extra"; }
  Operations& operations() { return node.wings().operations(); }

  boost::json::value restore(wire::RestoreBackupCommand command) {
    return node.report_of(operations().restore_backup(server, backup, command, {}).operation);
  }

  Error refusal_of(const std::function<void()>& command) {
    try {
      command();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "the command was taken";
    return Error(ErrorKind::kInternal, "");
  }

  NodeFake node;
  ServerId server;
  BackupId backup;
};

TEST_F(BackupRestoreTest, replace_brings_back_what_was_and_nothing_else) {
  start_with_backup();
  write_plain(level(), "broken");
  write_plain(extra(), "new");
  const auto report = restore(node.restore_command(true));
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_EQ(report.at("server_uuid"), server.text().c_str());
  EXPECT_EQ(read_plain(level()), "good");
  EXPECT_FALSE(std::filesystem::exists(extra()));
  EXPECT_EQ(report.at("undo_until"), rfc3339(node.clock.now() + std::chrono::hours(24)).c_str());
  EXPECT_EQ(operations().undo_until(server), node.clock.now() + std::chrono::hours(24));
}

TEST_F(BackupRestoreTest, merge_keeps_what_the_backup_lacks) {
  start_with_backup();
  write_plain(level(), "broken");
  write_plain(extra(), "new");
  EXPECT_EQ(restore(node.restore_command(false)).at("successful"), true);
  EXPECT_EQ(read_plain(level()), "good");
  EXPECT_EQ(read_plain(extra()), "new");
}

TEST_F(BackupRestoreTest, a_restore_is_undone_and_the_undo_too) {
  start_with_backup();
  write_plain(level(), "broken");
  ASSERT_EQ(restore(node.restore_command()).at("successful"), true);
  const auto undo = operations().undo_restore(server, {}, {});
  const auto report = node.report_of(undo.operation);
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_FALSE(report.at("undo_until").is_null());
  EXPECT_EQ(read_plain(level()), "broken");
  EXPECT_EQ(node.report_of(operations().undo_restore(server, {}, {}).operation).at("successful"), true);
  EXPECT_EQ(read_plain(level()), "good");
}

TEST_F(BackupRestoreTest, there_is_nothing_to_undo_without_a_restore_or_after_its_time) {
  start_with_backup();
  EXPECT_EQ(refusal_of([&] { operations().undo_restore(server, {}, {}); }).kind(), ErrorKind::kNotFound);
  EXPECT_EQ(operations().undo_until(server), std::nullopt);
  ASSERT_EQ(restore(node.restore_command()).at("successful"), true);
  node.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(refusal_of([&] { operations().undo_restore(server, {}, {}); }).kind(), ErrorKind::kNotFound);
  EXPECT_EQ(operations().undo_until(server), std::nullopt);
}

TEST_F(BackupRestoreTest, a_running_server_is_stopped_for_the_exchange_and_runs_again) {
  node.runtime(server).set_running(true);
  start_with_backup();
  EXPECT_EQ(restore(node.restore_command()).at("successful"), true);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after completed", "stop", "start"));
  EXPECT_TRUE(node.runtime(server).is_running());
}

TEST_F(BackupRestoreTest, a_stopped_server_stays_stopped) {
  node.runtime(server).set_running(false);
  start_with_backup();
  EXPECT_EQ(restore(node.restore_command()).at("successful"), true);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after completed"));
}

TEST_F(BackupRestoreTest, a_server_that_does_not_stop_keeps_its_files) {
  node.runtime(server).set_running(true);
  node.runtime(server).fail("stop", Error(ErrorKind::kTimeout, "it does not end"));
  start_with_backup();
  write_plain(level(), "newer");
  const auto report = restore(node.restore_command());
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_EQ(report.at("error"), "it does not end");
  EXPECT_EQ(read_plain(level()), "newer");
  EXPECT_THAT(vfs::tree_of(node.path_of(server)), testing::SizeIs(2)) << "nothing was left behind";
}

TEST_F(BackupRestoreTest, a_restore_is_cancelled_up_to_the_exchange_and_the_server_runs_again) {
  node.runtime(server).set_running(true);
  start_with_backup();
  write_plain(level(), "newer");
  OperationId operation = OperationId::random();
  node.runtime(server).set_on_stop([&] { operations().cancel(operation); });
  operations().restore_backup(server, backup, node.restore_command(), {.operation = operation, .fence = 1});
  EXPECT_EQ(node.report_of(operation).at("cancelled"), true);
  EXPECT_EQ(read_plain(level()), "newer");
  EXPECT_TRUE(node.runtime(server).is_running());
  EXPECT_THAT(vfs::tree_of(node.path_of(server)), testing::SizeIs(2));
}

TEST_F(BackupRestoreTest, a_server_that_does_not_start_again_is_a_warning) {
  node.runtime(server).set_running(true);
  node.runtime(server).fail("start", Error(ErrorKind::kUnavailable, "systemd is away"));
  start_with_backup();
  write_plain(level(), "broken");
  const auto report = restore(node.restore_command());
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_EQ(read_plain(level()), "good");
  EXPECT_THAT(std::string(report.at("warnings").at(0).at("reason").as_string()), HasSubstr("systemd is away"));
}

TEST_F(BackupRestoreTest, a_process_inside_a_server_we_cannot_stop_is_named) {
  start_with_backup();
  write_plain(level(), "newer");
  const Lodger lodger(node.path_of(server));
  const auto refusal = refusal_of([&] { restore(node.restore_command()); });
  EXPECT_EQ(refusal.kind(), ErrorKind::kConflict);
  EXPECT_THAT(refusal.message(), HasSubstr(std::to_string(lodger.pid())));
  EXPECT_THAT(refusal.message(), HasSubstr("sleep"));
  EXPECT_EQ(read_plain(level()), "newer");
}

TEST_F(BackupRestoreTest, force_restores_although_a_process_is_inside) {
  start_with_backup();
  write_plain(level(), "newer");
  const Lodger lodger(node.path_of(server));
  auto command = node.restore_command();
  command.force = true;
  EXPECT_EQ(restore(command).at("successful"), true);
  EXPECT_EQ(read_plain(level()), "good");
}

TEST_F(BackupRestoreTest, an_absent_backup_is_not_found) {
  start_with_backup();
  backup = BackupId::random();
  EXPECT_EQ(refusal_of([&] { restore(node.restore_command()); }).kind(), ErrorKind::kNotFound);
}

TEST_F(BackupRestoreTest, a_damaged_backup_fails_before_the_server_is_touched) {
  node.runtime(server).set_running(true);
  write_plain(node.path_of(server) + "/region.mca", std::string(300'000, 'a') + std::string(300'000, 'b'));
  start_with_backup();
  std::fstream archive(node.backup_path(backup), std::ios::in | std::ios::out | std::ios::binary);
  archive.seekp(200);
  archive.write("XXXXXXXXXXXXXXXX", 16);
  archive.close();
  write_plain(level(), "newer");
  try {
    EXPECT_EQ(restore(node.restore_command()).at("successful"), false);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  }
  EXPECT_EQ(read_plain(level()), "newer");
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after completed"));
}

TEST_F(BackupRestoreTest, a_truncated_backup_fails_before_the_server_is_touched) {
  start_with_backup();
  std::filesystem::resize_file(node.backup_path(backup), 100);
  write_plain(level(), "newer");
  try {
    EXPECT_EQ(restore(node.restore_command()).at("successful"), false);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  }
  EXPECT_EQ(read_plain(level()), "newer");
}

TEST_F(BackupRestoreTest, more_than_the_servers_limit_is_refused) {
  node.panel.servers[0].build.disk_space = 1;
  write_plain(node.path_of(server) + "/big", std::string(2 * 1024 * 1024, 'x'));
  start_with_backup();
  EXPECT_EQ(refusal_of([&] { restore(node.restore_command()); }).kind(), ErrorKind::kNoSpace);
}

TEST_F(BackupRestoreTest, a_waiting_restore_locks_the_server_and_can_be_cancelled) {
  start_with_backup();
  node.disk().hold();
  operations().create_backup(server, node.create_command(BackupId::random()), {});
  ASSERT_TRUE(node.disk().wait_until_held());
  const auto waiting = operations().restore_backup(server, backup, node.restore_command(), {});
  EXPECT_TRUE(operations().is_locked(server));
  EXPECT_EQ(refusal_of([&] { restore(node.restore_command()); }).kind(), ErrorKind::kConflict);
  EXPECT_EQ(refusal_of([&] { operations().create_backup(server, node.create_command(BackupId::random()), {}); }).kind(),
            ErrorKind::kConflict);
  EXPECT_TRUE(operations().cancel(waiting.operation));
  EXPECT_EQ(node.report_of(waiting.operation).at("cancelled"), true);
  node.disk().let_go();
  EXPECT_EQ(read_plain(level()), "good");
}

TEST_F(BackupRestoreTest, a_backup_can_be_restored_into_another_server_whose_folder_is_gone) {
  const auto other = node.add_server("creative");
  start_with_backup();
  std::filesystem::remove_all(node.path_of(other));
  const auto accepted = operations().restore_backup(other, backup, node.restore_command(), {});
  EXPECT_EQ(node.report_of(accepted.operation).at("successful"), true);
  EXPECT_EQ(read_plain(node.path_of(other) + "/level.dat"), "good");
}

TEST_F(BackupRestoreTest, a_verification_says_whether_the_backup_is_whole) {
  write_plain(node.path_of(server) + "/region.mca", std::string(300'000, 'a'));
  start_with_backup();
  const auto verify = [&] {
    return node.report_of(operations().verify_backup(backup, {.adapter = "wings", .server = server}, {}).operation);
  };
  auto report = verify();
  EXPECT_EQ(report.at("intact"), true);
  EXPECT_EQ(report.at("files"), 3);
  std::fstream archive(node.backup_path(backup), std::ios::in | std::ios::out | std::ios::binary);
  archive.seekp(150);
  archive.write("XXXXXXXXXXXXXXXX", 16);
  archive.close();
  report = verify();
  EXPECT_EQ(report.at("intact"), false);
  EXPECT_FALSE(report.at("damage").as_array().empty());
}

}  // namespace
}  // namespace strata::wings
