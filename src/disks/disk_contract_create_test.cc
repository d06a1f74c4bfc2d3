#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "strata/disks/disk_contract_fake.h"

namespace strata::disks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string kConflict(to_string(ErrorKind::kConflict));
const std::string kNotFound(to_string(ErrorKind::kNotFound));
const std::string kCancelled(to_string(ErrorKind::kCancelled));

TEST_P(DiskContract, a_backup_gives_back_the_server_byte_for_byte) {
  server().with_everything();
  const BackupId backup = BackupId::random();
  const Receipt receipt = create(backup);
  EXPECT_EQ(differences(backup), "");
  EXPECT_EQ(receipt.manifest.warnings_count, 0U);
  EXPECT_EQ(receipt.files, 12U) << "files and links, not directories";
  EXPECT_GT(receipt.size, 0U);
  EXPECT_FALSE(receipt.checksum.empty());
}

TEST_P(DiskContract, the_manifest_tells_where_the_backup_belongs) {
  server().file("a", "12345");
  const BackupId backup = BackupId::random();
  const Receipt receipt = create(backup, {"*.log"});
  const std::optional<tree::Manifest> manifest = open(backup)->manifest();
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->backup, backup);
  EXPECT_EQ(manifest->backup_name, "nightly");
  EXPECT_EQ(manifest->server_name, "survival");
  EXPECT_EQ(manifest->server, receipt.manifest.server);
  EXPECT_EQ(manifest->fence, 7U);
  EXPECT_EQ(manifest->ignore_rules, "*.log\n");
  EXPECT_EQ(manifest->files, 1U);
  EXPECT_EQ(manifest->content_bytes, 5U);
  EXPECT_GE(manifest->completed, manifest->started);
  EXPECT_EQ(manifest->root_hash, receipt.manifest.root_hash);
}

TEST_P(DiskContract, an_empty_server_is_a_backup_too) {
  const BackupId backup = BackupId::random();
  EXPECT_EQ(create(backup).files, 0U);
  EXPECT_EQ(differences(backup), "");
}

TEST_P(DiskContract, ignored_files_are_not_in_it) {
  server().with_everything();
  const std::vector<std::string> ignore{"/logs/", "*.mca", "!r.0.1.mca"};
  const BackupId backup = BackupId::random();
  create(backup, ignore);
  EXPECT_EQ(differences(backup, ignore), "");
  EXPECT_THAT(differences(backup), HasSubstr("r.0.0.mca"));
}

TEST_P(DiskContract, extended_attributes_are_kept) {
  try {
    server().file("a", "x").attribute("a", "user.note", std::string("bytes\0=\n", 8)).attribute("a", "user.empty", "");
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "no extended attributes here: " << error.what();
  }
  const BackupId backup = BackupId::random();
  create(backup);
  EXPECT_EQ(differences(backup), "");
}

TEST_P(DiskContract, what_cannot_be_stored_is_a_listed_warning) {
  server().file("a", "x").fifo("pipe");
  const BackupId backup = BackupId::random();
  const Receipt receipt = create(backup);
  ASSERT_EQ(receipt.manifest.warnings_count, 1U);
  EXPECT_EQ(receipt.manifest.warnings.front().path, "pipe");
  const std::optional<tree::Manifest> manifest = open(backup)->manifest();
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->warnings.size(), 1U);
  EXPECT_EQ(manifest->warnings.front().path, "pipe");
}

TEST_P(DiskContract, a_file_that_grows_while_it_is_read_does_not_spoil_the_backup) {
  server().sparse_file("a", 20'000'000).file("b", "after it");
  const BackupId backup = BackupId::random();
  Receipt receipt;
  {
    std::jthread writer([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) server().append("a", "more");
    });
    receipt = create(backup);
  }
  JobContext job = context();
  const VerifyReport report = disk().verify({backup, {}}, job);
  EXPECT_TRUE(report.intact) << testing::PrintToString(report.damage);
  ASSERT_EQ(receipt.manifest.warnings_count, 1U);
  EXPECT_EQ(receipt.manifest.warnings.front().path, "a");
  EXPECT_THAT(snapshot(backup), HasSubstr("\nb "));
}

TEST_P(DiskContract, progress_reaches_the_announced_total) {
  server().with_everything();
  create(BackupId::random());
  EXPECT_GT(progress().total_bytes(), 0U);
  EXPECT_EQ(progress().done_bytes(), progress().total_bytes());
  EXPECT_FALSE(progress().phases().empty());
}

TEST_P(DiskContract, creating_it_again_is_a_conflict_and_changes_nothing) {
  server().file("a", "first");
  const BackupId backup = BackupId::random();
  create(backup);
  const std::string before = snapshot(backup);
  server().file("a", "second");
  EXPECT_EQ(error_of([&] { create(backup); }), kConflict);
  EXPECT_EQ(snapshot(backup), before);
}

TEST_P(DiskContract, of_many_that_create_one_backup_exactly_one_succeeds) {
  server().with_everything();
  const BackupId backup = BackupId::random();
  std::atomic<int> created{0};
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const std::string outcome = error_of([&] { create(backup); });
        if (outcome == "no error") ++created;
        if (outcome == kConflict) ++refused;
      });
    }
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(differences(backup), "");
}

TEST_P(DiskContract, different_backups_can_be_created_at_the_same_time) {
  server().with_everything();
  const std::vector<BackupId> backups{BackupId::random(), BackupId::random(), BackupId::random()};
  {
    std::vector<std::jthread> threads;
    for (const BackupId backup : backups) threads.emplace_back([this, backup] { create(backup); });
  }
  for (const BackupId backup : backups) EXPECT_EQ(differences(backup), "");
}

TEST_P(DiskContract, a_cancelled_create_leaves_nothing) {
  server().with_everything();
  const std::vector<std::string> before = under_test().objects();
  std::stop_source stop;
  EXPECT_EQ(error_of([&] {
              stop.request_stop();
              create(BackupId::random(), {}, stop.get_token());
            }),
            kCancelled);
  std::stop_source later;
  progress().on_add = [&] {
    if (progress().done_bytes() > 1'000'000) later.request_stop();
  };
  const BackupId backup = BackupId::random();
  EXPECT_EQ(error_of([&] { create(backup, {}, later.get_token()); }), kCancelled);
  progress().on_add = nullptr;
  EXPECT_EQ(under_test().objects(), before);
  EXPECT_THAT(enumerated(), IsEmpty());
  EXPECT_EQ(error_of([&] { open(backup); }), kNotFound);
  create(backup);
  EXPECT_EQ(differences(backup), "");
}

TEST_P(DiskContract, the_tree_answers_questions_about_single_entries) {
  if (!disk().capabilities().browsable) GTEST_SKIP() << "this disk cannot be browsed";
  server().with_everything();
  const BackupId backup = BackupId::random();
  create(backup);
  const std::unique_ptr<StoredBackup> stored = open(backup);
  const std::shared_ptr<const tree::FileTree> browsed = stored->tree();
  const auto at = [](std::string_view path) { return vfs::Path::parse(path); };

  EXPECT_TRUE(browsed->stat({})->is_directory());
  EXPECT_EQ(browsed->stat(at("outside"))->link_target, "/etc/passwd");
  EXPECT_FALSE(browsed->stat(at("world/nothing")));
  EXPECT_EQ(browsed->list(at("world"), "", 100).size(), 3U);
  EXPECT_EQ(browsed->list(at("world"), "level.dat", 1).front().path, at("world/level.dat_old"));
  EXPECT_EQ(error_of([&] { browsed->list(at("nothing"), "", 1); }), kNotFound);
  EXPECT_EQ(error_of([&] { browsed->list(at("run.sh"), "", 1); }), to_string(ErrorKind::kInvalid));
  EXPECT_EQ(error_of([&] { browsed->open(at("nothing")); }), kNotFound);
  EXPECT_EQ(error_of([&] { browsed->open(at("world")); }), to_string(ErrorKind::kInvalid));

  const auto region = browsed->open(at("world/region/r.0.0.mca"));
  std::ifstream live(server().path("world/region/r.0.0.mca"), std::ios::binary);
  live.seekg(2'500'000);
  std::string expected(100'000, '\0');
  live.read(expected.data(), 100'000);
  std::string part(100'000, '\0');
  EXPECT_EQ(region->read_at(2'500'000, {reinterpret_cast<std::uint8_t*>(part.data()), part.size()}), part.size());
  EXPECT_TRUE(part == expected);
  std::vector<std::uint8_t> link(10'000);
  EXPECT_EQ(browsed->open(at("world/level.dat_old"))->read_at(0, link), 5'000U) << "a hard link has its content";
}

/// Peak resident memory since the last call, in bytes; 0 when the kernel does not tell.
Bytes peak_memory() {
  std::ifstream status("/proc/self/status");
  Bytes peak = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) peak = std::stoull(line.substr(6)) * 1024;
  }
  std::ofstream("/proc/self/clear_refs") << "5";
  return peak;
}

TEST_P(DiskContract, a_large_file_needs_no_more_memory_than_the_job_may_use) {
  server().sparse_file("large", 250'000'000);
  peak_memory();
  const Bytes base = peak_memory();
  if (base == 0) GTEST_SKIP() << "the kernel does not tell the peak memory";
  const BackupId backup = BackupId::random();
  create(backup);
  JobContext job = context();
  EXPECT_TRUE(disk().verify({backup, {}}, job).intact);
  EXPECT_LT(peak_memory(), base + job.memory);
}

}  // namespace
}  // namespace strata::disks
