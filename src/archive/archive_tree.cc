#include "strata/archive/archive_tree.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/readers.h"

namespace strata::archive {
namespace {

std::string shown(const vfs::Path& path) {
  return fmt::format("'{}'", to_readable_utf8(path.bytes()));
}

/// A file of the archive: hashes along as long as it is read in order.
class FileContent final : public tree::RangedReader {
 public:
  FileContent(std::shared_ptr<const tree::RangedReader> decoded, const tree::Entry& entry)
      : section_(std::move(decoded), entry.position, entry.size), path_(entry.path), expected_(entry.hash) {}

  Bytes size() const override { return section_.size(); }

  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override {
    const std::size_t got = section_.read_at(offset, out);
    if (expected_) check(offset, out.first(got));
    return got;
  }

 private:
  void check(Bytes offset, std::span<const std::uint8_t> data) const {
    const std::lock_guard lock(mutex_);
    if (checked_ || offset != hashed_) return;
    digest_.update(data);
    hashed_ += data.size();
    if (hashed_ != size()) return;
    checked_ = true;
    if (!std::ranges::equal(digest_.finish(), *expected_)) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("{} in the backup is damaged: its content is not what was backed up", shown(path_)));
    }
  }

  tree::SectionReader section_;
  vfs::Path path_;
  std::optional<tree::ContentHash> expected_;
  mutable std::mutex mutex_;
  mutable crypto::Digest digest_{crypto::Algorithm::kSha256};
  mutable Bytes hashed_ = 0;
  mutable bool checked_ = false;
};

}  // namespace

ArchiveTree::ArchiveTree(std::shared_ptr<const tree::RangedReader> decoded,
                         std::shared_ptr<const tree::IndexReader> index)
    : decoded_(std::move(decoded)), index_(std::move(index)) {}

std::optional<tree::Entry> ArchiveTree::stat(const vfs::Path& path) const {
  if (path.is_root()) {
    tree::Entry root;
    root.type = vfs::Type::kDirectory;
    root.mode = 0755;
    return root;
  }
  std::optional<tree::Entry> entry = index_->find(path);
  if (entry) fill_link_size(*entry);
  return entry;
}

std::vector<tree::Entry> ArchiveTree::list(const vfs::Path& directory, std::string_view after,
                                           std::size_t limit) const {
  const std::optional<tree::Entry> entry = stat(directory);
  if (!entry) throw Error(ErrorKind::kNotFound, fmt::format("{} is not in the backup", shown(directory)));
  if (!entry->is_directory()) throw Error(ErrorKind::kInvalid, fmt::format("{} is not a directory", shown(directory)));
  std::vector<tree::Entry> entries = index_->list(directory, after, limit);
  for (tree::Entry& child : entries) fill_link_size(child);
  return entries;
}

void ArchiveTree::fill_link_size(tree::Entry& entry) const {
  if (!entry.hard_link || entry.size != 0) return;
  if (const std::optional<tree::Entry> first = index_->find(*entry.hard_link)) entry.size = first->size;
}

std::unique_ptr<tree::RangedReader> ArchiveTree::open(const vfs::Path& path) const {
  std::optional<tree::Entry> entry = stat(path);
  if (!entry) throw Error(ErrorKind::kNotFound, fmt::format("{} is not in the backup", shown(path)));
  if (!entry->is_regular()) throw Error(ErrorKind::kInvalid, fmt::format("{} is not a file", shown(path)));
  if (entry->hard_link) {
    entry = index_->find(*entry->hard_link);
    if (!entry || !entry->is_regular() || entry->hard_link) {
      throw Error(ErrorKind::kCorrupt, fmt::format("{} in the backup is a hard link to nothing", shown(path)));
    }
  }
  return std::make_unique<FileContent>(decoded_, *entry);
}

}  // namespace strata::archive
