#include "strata/archive/archive_file.h"

#include <mutex>

#include <fmt/format.h>

#include "strata/archive/archive_tree.h"
#include "strata/archive/foreign_archive.h"
#include "strata/archive/gzip_blocks.h"
#include "strata/archive/gzip_tail.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/tree_compare.h"
#include "strata/tree/tree_stream.h"

namespace strata::archive {
namespace {

constexpr std::size_t kMaxDamage = 100;

/// A stream over a tree that it keeps alive.
class OwningTreeStream final : public tree::EntryStream {
 public:
  OwningTreeStream(std::shared_ptr<const tree::FileTree> tree, const std::stop_token& stop)
      : tree_(std::move(tree)), stream_(*tree_, {}, stop) {}
  std::optional<tree::Entry> next() override { return stream_.next(); }
  std::size_t read(std::span<std::uint8_t> out) override { return stream_.read(out); }

 private:
  std::shared_ptr<const tree::FileTree> tree_;
  tree::TreeStream stream_;
};

/// Hard links with the size of their content, which tar does not say again: taken from the index, so that the two can
/// be compared.
class WithLinkSizes final : public tree::EntryStream {
 public:
  WithLinkSizes(tree::EntryStream& entries, const tree::IndexReader& index) : entries_(entries), index_(index) {}
  std::optional<tree::Entry> next() override {
    std::optional<tree::Entry> entry = entries_.next();
    if (entry && entry->hard_link) {
      if (const std::optional<tree::Entry> recorded = index_.find(entry->path)) entry->size = recorded->size;
    }
    return entry;
  }
  std::size_t read(std::span<std::uint8_t> out) override { return entries_.read(out); }

 private:
  tree::EntryStream& entries_;
  const tree::IndexReader& index_;
};

/// What damage an Error means, or a rethrow: an I/O error or a stop request says nothing about the archive.
std::string damage_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kCorrupt:
    case ErrorKind::kInvalid:
    case ErrorKind::kTooLarge:
      return error.message();
    default:
      throw error;
  }
}

}  // namespace

struct ArchiveFile::Implementation {
  ArchiveCheck check_against_index(const std::function<void(Bytes)>& on_bytes, const std::stop_token& stop) const;
  ArchiveCheck check_foreign(const std::function<void(Bytes)>& on_bytes, const std::stop_token& stop) const;

  std::shared_ptr<const tree::RangedReader> stored;
  ArchiveFormat format;
  vfs::Directory spill;
  std::shared_ptr<const tree::IndexReader> index;  ///< null for a foreign archive
  std::shared_ptr<const tree::FileTree> tree;      ///< null for a foreign archive, until foreign_tree is asked for

  std::mutex mutex;
  std::shared_ptr<const tree::FileTree> foreign_tree;  ///< guarded by mutex
};

ArchiveFile::ArchiveFile(std::shared_ptr<const tree::RangedReader> stored, ArchiveFormat format,
                         std::shared_ptr<const tree::RangedReader> index_blob, vfs::Directory spill)
    : implementation_(std::make_shared<Implementation>()) {
  require_supported(format);
  Implementation& self = *implementation_;
  self.stored = stored;
  self.format = format;
  self.spill = std::move(spill);
  if (!index_blob && format == ArchiveFormat::kTarGz) index_blob = open_gzip_tail(stored);
  if (!index_blob) return;
  self.index = std::make_shared<const tree::IndexReader>(std::move(index_blob));
  std::shared_ptr<const tree::RangedReader> decoded = std::move(stored);
  if (format == ArchiveFormat::kTarGz) {
    decoded = std::make_shared<GzipBlocks>(std::move(decoded), self.index->restart_points());
  }
  self.tree = std::make_shared<ArchiveTree>(std::move(decoded), self.index);
}

ArchiveFile::~ArchiveFile() = default;

std::shared_ptr<const tree::IndexReader> ArchiveFile::index() const {
  return implementation_->index;
}

std::shared_ptr<const tree::FileTree> ArchiveFile::tree(const std::stop_token& stop) const {
  Implementation& self = *implementation_;
  if (self.tree) return self.tree;
  const std::lock_guard lock(self.mutex);
  if (!self.foreign_tree) {
    self.foreign_tree = index_foreign_archive(self.stored, self.format, self.spill.duplicate(), stop);
  }
  return self.foreign_tree;
}

std::unique_ptr<tree::EntryStream> ArchiveFile::stream(tree::Warnings& warnings, const std::stop_token& stop) const {
  Implementation& self = *implementation_;
  if (self.tree) return std::make_unique<OwningTreeStream>(self.tree, stop);
  return std::make_unique<DecodingStream>(self.stored, self.format, kForeignLimits, warnings, stop);
}

ArchiveCheck ArchiveFile::check(const std::function<void(Bytes)>& on_bytes, const std::stop_token& stop) const {
  return implementation_->index ? implementation_->check_against_index(on_bytes, stop)
                                : implementation_->check_foreign(on_bytes, stop);
}

ArchiveCheck ArchiveFile::Implementation::check_against_index(const std::function<void(Bytes)>& on_bytes,
                                                              const std::stop_token& stop) const {
  ArchiveCheck check;
  check.hashes_compared = true;
  try {
    index->for_each([](const tree::Entry&) { return true; });  // the digest of the list
    tree::Warnings warnings;
    tree::TreeStream expected(*tree, {}, stop);
    // What is ours may hold large files of zeros: its own index says how much is right.
    DecodingStream decoded(stored, format, {}, warnings, stop);
    WithLinkSizes actual(decoded, *index);
    const tree::Comparison comparison = tree::compare(
        expected, actual, {.content = tree::CompareOptions::Content::kHash, .owners = true, .limit = kMaxDamage}, stop,
        on_bytes);
    for (const tree::Difference& difference : comparison.differences) {
      check.damage.push_back(fmt::format("'{}': {}", to_readable_utf8(difference.path.bytes()), difference.what));
    }
    check.files = comparison.files;
    check.bytes = comparison.bytes;
  } catch (const Error& error) {
    check.damage.push_back(damage_of(error));
  }
  return check;
}

ArchiveCheck ArchiveFile::Implementation::check_foreign(const std::function<void(Bytes)>& on_bytes,
                                                        const std::stop_token& stop) const {
  ArchiveCheck check;
  tree::Warnings warnings;
  DecodingStream entries(stored, format, kForeignLimits, warnings, stop);
  std::vector<std::uint8_t> buffer(256 * 1024);
  try {
    while (const std::optional<tree::Entry> entry = entries.next()) {
      if (!entry->is_directory()) ++check.files;
      while (const std::size_t got = entries.read(buffer)) {
        check.bytes += got;
        if (on_bytes) on_bytes(got);
      }
    }
  } catch (const Error& error) {
    check.damage.push_back(damage_of(error));
  }
  if (entries.saw_index()) {
    check.damage.emplace_back(
        "the index at the end of the archive is damaged: files can be read, their hashes cannot be compared");
  }
  return check;
}

}  // namespace strata::archive
