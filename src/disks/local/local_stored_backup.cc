#include "strata/disks/local/local_stored_backup.h"

namespace strata::disks {

LocalStoredBackup::LocalStoredBackup(std::shared_ptr<LeaseBook> book, LeaseBook::Lease lease,
                                     const LocalArchive& archive, LocalStore::Opened opened, std::stop_token stop)
    : book_(std::move(book)),
      lease_(std::move(lease)),
      archive_(archive),
      opened_(std::move(opened)),
      stop_(std::move(stop)) {}

std::optional<tree::Manifest> LocalStoredBackup::manifest() const {
  const auto index = opened_.file.index();
  return index ? std::make_optional(index->manifest()) : std::nullopt;
}

std::shared_ptr<const tree::FileTree> LocalStoredBackup::tree() const {
  return opened_.file.tree(stop_);
}

std::unique_ptr<tree::EntryStream> LocalStoredBackup::stream(tree::Warnings& warnings) const {
  return opened_.file.stream(warnings, stop_);
}

std::function<std::optional<tree::Entry>(const vfs::Path&)> LocalStoredBackup::expected() const {
  const auto index = opened_.file.index();
  if (!index) return {};
  return [index](const vfs::Path& path) { return index->find(path); };
}

std::shared_ptr<const tree::IndexReader> LocalStoredBackup::index() const {
  return opened_.file.index();
}

Bytes LocalStoredBackup::content_bytes() const {
  const auto index = opened_.file.index();
  return index ? index->manifest().content_bytes : 0;
}

std::optional<StoredBackup::Raw> LocalStoredBackup::raw() const {
  const archive::FormatInfo& format = archive::info(archive_.format);
  return Raw{opened_.bytes, LocalStore::archive_name(archive_), std::string(format.media_type),
             std::string(format.name)};
}

}  // namespace strata::disks
