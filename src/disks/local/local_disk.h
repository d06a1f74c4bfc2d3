#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "strata/archive/archive_format.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/disks/backup_disk.h"
#include "strata/vfs/directory.h"

namespace strata::disks {

/// How a backup is written.
struct LocalWriting {
  archive::ArchiveFormat format = archive::ArchiveFormat::kTarGz;
  archive::CompressionLevel level = archive::CompressionLevel::kBestSpeed;
  std::size_t threads = 4;  ///< compression threads, at most those of the job
};

struct LocalOptions {
  vfs::Directory directory;  ///< `system.backup_directory`
  archive::ArchiveFormat format = archive::ArchiveFormat::kTarGz;
  archive::CompressionLevel level = archive::CompressionLevel::kBestSpeed;
  std::size_t threads = 4;  ///< compression threads, at most those of the job
  /// Asked for each backup, so that a changed configuration acts at once; empty: the three members above.
  std::function<LocalWriting()> writing = {};
  Bytes keep_free = 256_MiB;                  ///< a backup ends with kNoSpace before less than this is left
  std::chrono::milliseconds patience{5'000};  ///< how long remove() waits for readers
};

/// Backups as archive files on the node's own file system: `<backup>.<extension>`, the layout of the reference node's
/// "wings" adapter, so its backups are found, read and removed too. A tar_gz carries its index in its tail; a plain tar
/// has it beside it as `<backup>.index`, which is published first: an archive of ours under its final name always has
/// its index. Archives of the reference have none; they are decoded when they are opened.
///
/// The stored bytes are written once, to a temporary in the same directory, synced and renamed without replacing
/// (vfs::Publication); a crash at any moment leaves the backup whole or absent. checksum: SHA-1 of the file, as the
/// reference reports it.
class LocalDisk final : public BackupDisk {
 public:
  /// kInvalid for a format that is not supported. `clock` must outlive this.
  LocalDisk(LocalOptions options, const Clock& clock);
  ~LocalDisk() override;

  Capabilities capabilities() const override;
  Receipt create(const ServerVolume& volume, const CreateOptions& options, JobContext& context) override;
  std::unique_ptr<StoredBackup> open(const BackupRef& ref, JobContext& context) override;
  /// Decodes the archive as any other tool would and compares it with its index; a plain tar's bytes with its SHA-1.
  VerifyReport verify(const BackupRef& ref, JobContext& context) override;
  void remove(const BackupRef& ref, JobContext& context) override;
  std::vector<Found> enumerate(const std::string& cursor, std::size_t limit, JobContext& context) override;
  std::vector<Check> check(JobContext& context) override;
  RecoveryReport recover(const Ledger& ledger) override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::disks
