#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "strata/disks/backup_disk.h"
#include "strata/disks/server_tree_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::disks {

/// A disk on real storage, as the contract suite needs it: its objects can be listed, read and damaged from outside.
class DiskUnderTest {
 public:
  virtual ~DiskUnderTest() = default;
  virtual BackupDisk& disk() = 0;
  /// The disk as a new process would make it over the same storage.
  virtual void restart() = 0;

  /// Names of all that is stored, temporaries and what belongs to nobody included.
  virtual std::vector<std::string> objects() const = 0;
  virtual std::string read_object(const std::string& name) const = 0;
  virtual void write_object(const std::string& name, const std::string& bytes) = 0;

  /// Leaves what a create leaves behind when its process dies in the middle.
  virtual void leave_unfinished_create() = 0;
};

/// One kind of disk: INSTANTIATE_TEST_SUITE_P(Local, DiskContract, testing::Values(DiskKind{"tar_gz", make})).
struct DiskKind {
  std::string name;
  std::function<std::unique_ptr<DiskUnderTest>()> make;
  friend void PrintTo(const DiskKind& kind, std::ostream* out) { *out << kind.name; }
};
inline std::string disk_kind_name(const testing::TestParamInfo<DiskKind>& tested) {
  return tested.param.name;
}

/// Remembers what a job told.
class RecordingProgress final : public Progress {
 public:
  void set_phase(std::string_view phase) override;
  void set_total(Bytes bytes, std::uint64_t files) override;
  void add(Bytes bytes, std::uint64_t files) override;

  /// Runs in the middle of a job, at each report of progress.
  std::function<void()> on_add;
  std::vector<std::string> phases() const;
  Bytes total_bytes() const;
  Bytes done_bytes() const;
  std::uint64_t done_files() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> phases_;
  Bytes total_bytes_ = 0;
  Bytes done_bytes_ = 0;
  std::uint64_t done_files_ = 0;
};

/// A ledger with these operations going on.
class FixedLedger final : public Ledger {
 public:
  explicit FixedLedger(std::vector<BackupId> running = {}) : running_(std::move(running)) {}
  bool is_running(BackupId backup) const override;

 private:
  std::vector<BackupId> running_;
};

/// The promises of BackupDisk, tested on every implementation. The cases are in disk_contract_*_test.cc; a disk joins
/// by instantiating the suite.
class DiskContract : public testing::TestWithParam<DiskKind> {
 protected:
  DiskContract();
  ~DiskContract() override;

  BackupDisk& disk() { return under_test_->disk(); }
  DiskUnderTest& under_test() { return *under_test_; }
  ServerTree& server() { return server_; }
  RecordingProgress& progress() { return progress_; }

  JobContext context(std::stop_token stop = {});
  Receipt create(BackupId backup, const std::vector<std::string>& ignore = {}, std::stop_token stop = {});
  std::unique_ptr<StoredBackup> open(BackupId backup);

  /// Every difference between a backup (its stream, and its tree where there is one) and the live server; empty when it
  /// is byte for byte the same.
  std::string differences(BackupId backup, const std::vector<std::string>& ignore = {});
  /// The backup as text, one line for each entry with a digest of its content: what a later state is compared with.
  std::string snapshot(BackupId backup);
  /// snapshot(), compared: "the same", "other files than were stored", or the kind of the Error.
  std::string read_back(BackupId backup, const std::string& expected);
  bool verified(BackupId backup);
  std::vector<BackupId> enumerated();

 private:
  SystemClock clock_;
  Log log_{LogLevel::kError};
  RecordingProgress progress_;
  ServerTree server_;
  std::unique_ptr<DiskUnderTest> under_test_;
};

/// The kind of the Error that `act` throws, as text; "no error" when it throws none.
template <class Function>
std::string error_of(Function act) {
  try {
    act();
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
  return "no error";
}

}  // namespace strata::disks
