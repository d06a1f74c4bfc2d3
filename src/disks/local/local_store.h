#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/archive/archive_file.h"
#include "strata/archive/archive_format.h"
#include "strata/archive/index_sidecar.h"
#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/vfs/directory.h"

namespace strata::disks {

/// One backup's archive in the backup directory.
struct LocalArchive {
  BackupId backup;
  archive::ArchiveFormat format = archive::ArchiveFormat::kTarGz;
};

/// The names in a backup directory and what is behind them: `<backup>.<extension>` and, beside a plain tar of ours,
/// `<backup>.index`. Any thread.
class LocalStore {
 public:
  explicit LocalStore(vfs::Directory directory) : directory_(std::move(directory)) {}

  static std::string archive_name(const LocalArchive& archive);
  static std::string index_name(BackupId backup);

  /// The archive of a backup; when there are several, the one the reference would find first.
  std::optional<LocalArchive> find(BackupId backup) const;
  /// One archive of each backup, in order of their ids.
  std::vector<LocalArchive> list() const;

  struct Opened {
    archive::ArchiveFile file;
    std::shared_ptr<const tree::RangedReader> bytes;
    std::optional<archive::ArchiveSeal> seal;  ///< of a plain tar of ours
  };
  /// Wraps the archive's bytes before anything is read from them (a throttle).
  using Wrap = std::function<std::shared_ptr<const tree::RangedReader>(std::shared_ptr<const tree::RangedReader>)>;
  /// kNotFound when it went away, kCorrupt when it or its index cannot be true.
  Opened open(const LocalArchive& archive, const Wrap& wrap = {}) const;

  /// Durable; absent is success. Every archive of the backup goes, then its index.
  void remove(BackupId backup) const;

  /// What recovery looks at.
  struct Leftovers {
    std::vector<std::string> temporaries;
    std::vector<BackupId> indexes_without_archive;
  };
  Leftovers leftovers() const;

  const vfs::Directory& directory() const { return directory_; }

 private:
  vfs::Directory directory_;
};

}  // namespace strata::disks
