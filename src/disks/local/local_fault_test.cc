#include <cerrno>
#include <filesystem>

#include <gmock/gmock.h>

#include "strata/disks/local/local_under_test_fake.h"
#include "strata/vfs/kernel_fake.h"

namespace strata::disks {
namespace {

using archive::ArchiveFormat;

/// A backup directory with one older backup in it, and a disk over it that can be made to fail.
class FaultyLocal {
 public:
  explicit FaultyLocal(ArchiveFormat format, ServerTree& server) : format_(format), server_(server) {
    LocalDisk healthy(options(directory_.directory().duplicate()), clock_);
    create(healthy, older_);
    older_snapshot_ = snapshot(healthy, older_);
    disk_ = std::make_unique<LocalDisk>(options(directory_.open(kernel_)), clock_);
    kernel_.reset();
  }

  vfs::FaultKernel& kernel() { return kernel_; }
  BackupDisk& disk() { return *disk_; }
  BackupId older() const { return older_; }
  const vfs::TemporaryDirectory& directory() const { return directory_; }

  Receipt create(BackupDisk& disk, BackupId backup) {
    JobContext job = context();
    return disk.create({ServerId::random(), "survival", server_.root()}, {.backup = backup}, job);
  }

  void remove(BackupDisk& disk, BackupId backup) {
    JobContext job = context();
    disk.remove({backup, {}}, job);
  }

  /// Names and content of a backup, or the kind of the Error.
  std::string snapshot(BackupDisk& disk, BackupId backup) {
    std::string text;
    const std::string outcome = error_of([&] {
      JobContext job = context();
      tree::Warnings warnings;
      const auto stored = disk.open({backup, {}}, job);
      const auto stream = stored->stream(warnings);
      std::vector<std::uint8_t> buffer(64 * 1024);
      while (const auto entry = stream->next()) {
        text += entry->path.bytes() + "\n";
        while (const std::size_t got = stream->read(buffer))
          text.append(buffer.begin(), buffer.begin() + static_cast<long>(got));
      }
    });
    return outcome == "no error" ? text : outcome;
  }

  /// What a new process finds in `directory` after its recovery: every backup there must be whole, nothing else left.
  /// Answers whether `backup` is there.
  bool survives(const vfs::Directory& directory, BackupId backup, const std::string& expected) {
    LocalDisk disk(options(directory.duplicate()), clock_);
    EXPECT_THAT(disk.recover(FixedLedger()).set_aside, testing::IsEmpty());
    EXPECT_EQ(snapshot(disk, older_), older_snapshot_);
    std::size_t allowed = 0;
    JobContext job = context();
    for (const Found& found : disk.enumerate("", 100, job)) {
      EXPECT_TRUE(disk.verify({found.backup, {}}, job).intact) << found.backup.text();
      allowed += format_ == ArchiveFormat::kTar ? 2 : 1;
    }
    EXPECT_EQ(directory.list().size(), allowed) << "something else is left";
    const std::string found = snapshot(disk, backup);
    EXPECT_TRUE(found == expected || found == to_string(ErrorKind::kNotFound)) << found.substr(0, 200);
    return found == expected;
  }

  const std::string& older_snapshot() const { return older_snapshot_; }

 private:
  LocalOptions options(vfs::Directory directory) const {
    return {.directory = std::move(directory),
            .format = format_,
            .keep_free = 0,
            .patience = std::chrono::milliseconds{50}};
  }

  JobContext context() {
    return {.progress = progress_, .clock = clock_, .log = log_, .operation = OperationId::random()};
  }

  const ArchiveFormat format_;
  ServerTree& server_;
  SystemClock clock_;
  Log log_{LogLevel::kError};
  RecordingProgress progress_;
  vfs::TemporaryDirectory directory_;
  vfs::PosixKernel real_;
  vfs::FaultKernel kernel_{real_};
  const BackupId older_ = BackupId::random();
  std::string older_snapshot_;
  std::unique_ptr<LocalDisk> disk_;
};

class LocalFaults : public testing::TestWithParam<ArchiveFormat> {
 protected:
  void SetUp() override {
    server_.file("a/b", std::string(3'000, 'x')).file("c", "short").symlink("l", "c");
    FaultyLocal local(GetParam(), server_);
    expected_ = local.older_snapshot();
  }

  ServerTree server_;
  std::string expected_;  ///< what every whole backup of the server gives back
};

INSTANTIATE_TEST_SUITE_P(Formats, LocalFaults, testing::Values(ArchiveFormat::kTar, ArchiveFormat::kTarGz),
                         [](const auto& tested) { return std::string(archive::info(tested.param).name); });

TEST_P(LocalFaults, a_create_whose_nth_call_fails_leaves_no_backup_and_the_older_one_intact) {
  for (const int error_number : {ENOSPC, EIO}) {
    for (std::size_t n = 1;; ++n) {
      FaultyLocal local(GetParam(), server_);
      const BackupId backup = BackupId::random();
      local.kernel().fail_call(n, error_number);
      const std::string outcome = error_of([&] { local.create(local.disk(), backup); });
      const bool happened = local.kernel().fault_happened();
      const bool there = local.survives(local.directory().directory(), backup, expected_);
      EXPECT_EQ(there, outcome == "no error") << "call " << n << ": " << outcome;
      if (error_number == ENOSPC && !there) {
        EXPECT_EQ(outcome, to_string(ErrorKind::kNoSpace)) << "call " << n;
      }
      ASSERT_LT(n, 1'000U);
      if (!happened) break;
    }
  }
}

TEST_P(LocalFaults, a_disk_that_stays_broken_after_the_nth_call_leaves_no_backup_and_the_older_one_intact) {
  for (std::size_t n = 1;; ++n) {
    FaultyLocal local(GetParam(), server_);
    const BackupId backup = BackupId::random();
    local.kernel().fail_call(n, EIO, vfs::FaultKernel::Repeat::kForever);
    const std::string outcome = error_of([&] { local.create(local.disk(), backup); });
    const bool happened = local.kernel().fault_happened();
    const bool there = local.survives(local.directory().directory(), backup, expected_);
    EXPECT_TRUE(there || outcome != "no error") << "call " << n;
    ASSERT_LT(n, 1'000U);
    if (!happened) break;
  }
}

TEST_P(LocalFaults, a_power_cut_during_a_create_leaves_the_whole_backup_or_none) {
  for (const vfs::PowerLoss policy : {vfs::PowerLoss::kDropUnsynced, vfs::PowerLoss::kKeepAll,
                                      vfs::PowerLoss::kNamesWithoutData, vfs::PowerLoss::kRandom}) {
    for (std::size_t n = 1;; ++n) {
      FaultyLocal local(GetParam(), server_);
      local.kernel().track(local.directory().path());
      local.kernel().reset();
      const BackupId backup = BackupId::random();
      local.kernel().cut_power_at(n);
      const std::string outcome = error_of([&] { local.create(local.disk(), backup); });
      const bool happened = local.kernel().fault_happened();
      const vfs::TemporaryDirectory after;
      local.kernel().materialise_after_power_loss(after.path(), policy, n);
      const bool there = local.survives(after.directory(), backup, expected_);
      EXPECT_TRUE(there || outcome != "no error") << "acknowledged, and lost at call " << n;
      ASSERT_LT(n, 1'000U);
      if (!happened) break;
    }
  }
}

TEST_P(LocalFaults, a_remove_whose_nth_call_fails_can_be_repeated) {
  for (std::size_t n = 1;; ++n) {
    FaultyLocal local(GetParam(), server_);
    const BackupId backup = BackupId::random();
    local.create(local.disk(), backup);
    local.kernel().reset();
    local.kernel().fail_call(n, EIO);
    const std::string outcome = error_of([&] { local.remove(local.disk(), backup); });
    const bool happened = local.kernel().fault_happened();
    local.kernel().reset();
    EXPECT_EQ(error_of([&] { local.remove(local.disk(), backup); }), "no error");
    EXPECT_FALSE(local.survives(local.directory().directory(), backup, expected_)) << outcome;
    ASSERT_LT(n, 200U);
    if (!happened) break;
  }
}

TEST_P(LocalFaults, a_power_cut_during_a_remove_leaves_the_whole_backup_or_none) {
  for (std::size_t n = 1;; ++n) {
    FaultyLocal local(GetParam(), server_);
    const BackupId backup = BackupId::random();
    local.create(local.disk(), backup);
    local.kernel().track(local.directory().path());
    local.kernel().reset();
    local.kernel().cut_power_at(n);
    const std::string outcome = error_of([&] { local.remove(local.disk(), backup); });
    const bool happened = local.kernel().fault_happened();
    const vfs::TemporaryDirectory after;
    local.kernel().materialise_after_power_loss(after.path(), vfs::PowerLoss::kDropUnsynced, n);
    const bool there = local.survives(after.directory(), backup, expected_);
    EXPECT_FALSE(there && outcome == "no error") << "removed, and back after call " << n;
    ASSERT_LT(n, 200U);
    if (!happened) break;
  }
}

}  // namespace
}  // namespace strata::disks
