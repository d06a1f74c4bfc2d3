#pragma once

#include <memory>
#include <stop_token>

#include "strata/disks/backup_disk.h"
#include "strata/disks/lease_book.h"
#include "strata/disks/local/local_store.h"

namespace strata::disks {

/// An archive of the backup directory, opened. Holds a lease of the book, and the book.
class LocalStoredBackup final : public StoredBackup {
 public:
  LocalStoredBackup(std::shared_ptr<LeaseBook> book, LeaseBook::Lease lease, const LocalArchive& archive,
                    LocalStore::Opened opened, std::stop_token stop);

  std::optional<tree::Manifest> manifest() const override;
  std::shared_ptr<const tree::FileTree> tree() const override;
  std::unique_ptr<tree::EntryStream> stream(tree::Warnings& warnings) const override;
  std::function<std::optional<tree::Entry>(const vfs::Path&)> expected() const override;
  std::shared_ptr<const tree::IndexReader> index() const override;
  Bytes content_bytes() const override;
  std::optional<Raw> raw() const override;

 private:
  std::shared_ptr<LeaseBook> book_;
  LeaseBook::Lease lease_;
  LocalArchive archive_;
  LocalStore::Opened opened_;
  std::stop_token stop_;
};

}  // namespace strata::disks
