#pragma once

#include <string>
#include <vector>

#include "strata/disks/disk_contract_fake.h"
#include "strata/disks/local/local_disk.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::disks {

/// A Local disk on a backup directory of its own.
class LocalUnderTest final : public DiskUnderTest {
 public:
  explicit LocalUnderTest(archive::ArchiveFormat format) : format_(format) { restart(); }

  BackupDisk& disk() override { return *disk_; }
  void restart() override;
  std::vector<std::string> objects() const override;
  std::string read_object(const std::string& name) const override;
  void write_object(const std::string& name, const std::string& bytes) override;
  void leave_unfinished_create() override;

  const vfs::TemporaryDirectory& directory() const { return directory_; }

 private:
  const archive::ArchiveFormat format_;
  SystemClock clock_;
  vfs::TemporaryDirectory directory_;
  std::unique_ptr<LocalDisk> disk_;
};

}  // namespace strata::disks
