#include "strata/wings/operations/backup_creation.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/crypto/digest.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"
#include "strata/wings/operations/job_context.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using vfs::read_plain;
using vfs::write_plain;

class BackupCreationTest : public testing::Test {
 protected:
  BackupCreationTest() {
    server = node.add_server("survival");
    write_plain(node.path_of(server) + "/level.dat", "the world");
    write_plain(node.path_of(server) + "/server.jar", "code");
  }

  Operations& operations() { return node.wings().operations(); }

  Accepted create(BackupId backup, std::string ignore = {}, CommandOrigin origin = {}) {
    return operations().create_backup(server, node.create_command(backup, std::move(ignore)), origin);
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

  bool holds(BackupId backup, const std::string& path) {
    QuietContext quiet(operations().parts());
    return node.disk()
        .open({.backup = backup, .server = server}, quiet.context())
        ->tree()
        ->stat(vfs::Path::parse(path))
        .has_value();
  }

  std::vector<std::string> files_of_backups() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(node.directory.path("backups"))) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  NodeFake node;
  ServerId server;
};

TEST_F(BackupCreationTest, a_backup_is_stored_and_the_panel_is_told_what_it_is) {
  node.start();
  const auto backup = BackupId::random();
  const auto accepted = create(backup);
  EXPECT_TRUE(accepted.is_new);
  const auto report = node.report_of(accepted.operation);
  const auto archive = read_plain(node.backup_path(backup));
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_EQ(report.at("size").to_number<std::size_t>(), archive.size());
  EXPECT_EQ(report.at("checksum"), hex(crypto::sha1(as_bytes(archive))).c_str());
  EXPECT_EQ(report.at("checksum_type"), "sha1");
  EXPECT_EQ(report.at("files"), 2);
  EXPECT_EQ(report.at("archive_format"), "tar_gz");
  EXPECT_EQ(report.at("content_bytes"), 13);
  EXPECT_EQ(report.at("warnings_count"), 0);
}

TEST_F(BackupCreationTest, rules_of_request_server_and_node_apply_in_this_order) {
  node.panel.servers[0].egg.file_denylist = {"*.secret"};
  write_plain(node.path_of(server) + "/.pteroignore", "!keep.log\n!token.secret\n*.tmp\n");
  for (const char* name : {"a.log", "keep.log", "token.secret", "b.tmp"}) {
    write_plain(node.path_of(server) + "/" + name, "x");
  }
  node.start();
  const auto backup = BackupId::random();
  EXPECT_EQ(node.report_of(create(backup, "*.log\n").operation).at("successful"), true);
  EXPECT_FALSE(holds(backup, "a.log"));
  EXPECT_TRUE(holds(backup, "keep.log"));
  EXPECT_FALSE(holds(backup, "b.tmp"));
  EXPECT_FALSE(holds(backup, "token.secret")) << "nobody can negate the deny list";
}

TEST_F(BackupCreationTest, an_ignore_file_that_cannot_be_used_is_a_warning_and_leaves_nothing_out) {
  node.start();
  const auto file = node.path_of(server) + "/.pteroignore";
  const auto warning_of = [&](BackupId backup) {
    const auto report = node.report_of(create(backup).operation);
    EXPECT_EQ(report.at("successful"), true);
    EXPECT_TRUE(holds(backup, "level.dat"));
    EXPECT_GE(report.at("warnings_count").to_number<int>(), 1);
    return std::string(report.at("warnings").at(0).at("reason").as_string());
  };
  write_plain(node.directory.path("outside"), "level.dat\n");
  std::filesystem::create_symlink(node.directory.path("outside"), file);
  EXPECT_THAT(warning_of(BackupId::random()), HasSubstr("not applied"));
  std::filesystem::remove(file);
  write_plain(file, std::string(1024 * 1024 + 1, '#'));
  EXPECT_THAT(warning_of(BackupId::random()), HasSubstr("larger than"));
  write_plain(file, "level.dat\n\xff\n");
  EXPECT_THAT(warning_of(BackupId::random()), HasSubstr("UTF-8"));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_THAT(warning_of(BackupId::random()), HasSubstr("not a regular file"));
}

TEST_F(BackupCreationTest, the_hooks_stand_around_the_backup) {
  node.start();
  node.backed_up(server);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after completed"));
}

TEST_F(BackupCreationTest, after_runs_whatever_happened) {
  node.start();
  node.disk().fail_next("create", Error(ErrorKind::kNoSpace, "the disk is full"));
  const auto report = node.report_of(create(BackupId::random()).operation);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_EQ(report.at("error"), "the disk is full");
  EXPECT_EQ(report.at("checksum"), "");
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after failed"));
}

TEST_F(BackupCreationTest, a_server_that_cannot_be_quiesced_is_not_backed_up) {
  node.runtime(server).fail("before", Error(ErrorKind::kRefused, "save-off: no console"));
  node.start();
  const auto backup = BackupId::random();
  const auto report = node.report_of(create(backup).operation);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("no console"));
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after failed"));
  EXPECT_THAT(files_of_backups(), IsEmpty());
}

TEST_F(BackupCreationTest, a_failing_after_hook_is_a_warning) {
  node.runtime(server).fail("after completed", Error(ErrorKind::kTimeout, "save-on hangs"));
  node.start();
  const auto report = node.report_of(create(BackupId::random()).operation);
  EXPECT_EQ(report.at("successful"), true);
  EXPECT_THAT(std::string(report.at("warnings").at(0).at("reason").as_string()), HasSubstr("save-on hangs"));
}

TEST_F(BackupCreationTest, a_running_backup_is_cancelled_and_leaves_nothing) {
  node.start();
  node.disk().hold();
  const auto accepted = create(BackupId::random());
  ASSERT_TRUE(node.disk().wait_until_held());
  EXPECT_TRUE(operations().cancel(accepted.operation));
  const auto report = node.report_of(accepted.operation);
  EXPECT_EQ(report.at("successful"), false);
  EXPECT_EQ(report.at("cancelled"), true);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after cancelled"));
  EXPECT_THAT(files_of_backups(), IsEmpty());
  EXPECT_FALSE(operations().cancel(accepted.operation));
}

TEST_F(BackupCreationTest, a_waiting_backup_is_cancelled_without_touching_the_server) {
  node.start();
  node.disk().hold();
  create(BackupId::random());
  ASSERT_TRUE(node.disk().wait_until_held());
  const auto second = create(BackupId::random());
  EXPECT_TRUE(operations().cancel(second.operation));
  EXPECT_EQ(node.report_of(second.operation).at("cancelled"), true);
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before")) << "that of the first";
  node.disk().let_go();
}

TEST_F(BackupCreationTest, the_same_command_twice_runs_once) {
  node.start();
  const auto backup = BackupId::random();
  const CommandOrigin origin{.operation = OperationId::random(), .fence = 4};
  create(backup, {}, origin);
  node.report_of(*origin.operation);
  const auto again = create(backup, {}, origin);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.phase, "completed");
  EXPECT_THAT(node.runtime(server).calls(), ElementsAre("before", "after completed"));
}

TEST_F(BackupCreationTest, commands_that_cannot_work_are_refused_at_once) {
  node.start();
  const auto backup = node.backed_up(server);
  EXPECT_EQ(refusal_of([&] { create(backup); }), ErrorKind::kConflict);
  EXPECT_EQ(
      refusal_of([&] { operations().create_backup(ServerId::random(), node.create_command(BackupId::random()), {}); }),
      ErrorKind::kNotFound);
  auto unknown = node.create_command(BackupId::random());
  unknown.adapter = "floppy";
  EXPECT_EQ(refusal_of([&] { operations().create_backup(server, unknown, {}); }), ErrorKind::kInvalid);
  EXPECT_EQ(refusal_of([&] { create(BackupId::random(), std::string(1024 * 1024 + 1, 'x')); }), ErrorKind::kTooLarge);
  std::filesystem::remove_all(node.path_of(server));
  EXPECT_EQ(refusal_of([&] { create(BackupId::random()); }), ErrorKind::kNotFound);
}

TEST_F(BackupCreationTest, an_overtaken_command_is_refused) {
  node.start();
  const auto backup = BackupId::random();
  operations().parts().journal.add_tombstone(backup, 7);
  EXPECT_EQ(refusal_of([&] { create(backup, {}, {.operation = {}, .fence = 6}); }), ErrorKind::kConflict);
  EXPECT_EQ(refusal_of([&] { create(backup, {}, {.operation = {}, .fence = 7}); }), ErrorKind::kConflict);
  EXPECT_TRUE(create(backup, {}, {.operation = {}, .fence = 8}).is_new);
}

TEST_F(BackupCreationTest, a_backup_that_cannot_be_read_back_does_not_count) {
  node.configuration->edit([](Configuration& values) { values.system.backups.verify_after_write = true; });
  node.start();
  EXPECT_EQ(node.report_of(create(BackupId::random()).operation).at("successful"), true);
  const auto backup = BackupId::random();
  node.disk().fail_next("verify", Error(ErrorKind::kIo, "the disk does not answer"));
  EXPECT_EQ(node.report_of(create(backup).operation).at("successful"), false);
  EXPECT_FALSE(std::filesystem::exists(node.backup_path(backup)));
}

}  // namespace
}  // namespace strata::wings
