#include "strata/archive/foreign_archive.h"

#include <unordered_set>

#include "strata/archive/archive_tree.h"
#include "strata/archive/rewinding_gunzip.h"
#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/tree/index.h"

namespace strata::archive {
namespace {

constexpr std::size_t kMaxDirectories = 1'000'000;

/// An index and the unnamed file behind it.
struct BuiltIndex {
  explicit BuiltIndex(vfs::Directory directory) : spill(std::move(directory)), writer(spill) {}
  vfs::Directory spill;
  tree::IndexWriter writer;
};

/// Knows which directories have an entry, and adds those that have none before what is in them.
class Parents {
 public:
  explicit Parents(tree::IndexWriter& index) : index_(index) {}

  void note(const tree::Entry& entry) {
    if (entry.is_directory()) remember(entry.path);
    add_missing(entry.path.parent(), entry.mtime_ns);
  }

 private:
  bool remember(const vfs::Path& directory) {
    if (seen_.size() == kMaxDirectories) {
      throw Error(ErrorKind::kTooLarge, "the archive has more than a million directories: it cannot be browsed");
    }
    return seen_.insert(directory.bytes()).second;
  }

  void add_missing(const vfs::Path& directory, std::int64_t mtime_ns) {
    if (directory.is_root() || !remember(directory)) return;
    tree::Entry entry;
    entry.path = directory;
    entry.type = vfs::Type::kDirectory;
    entry.mode = 0755;
    entry.mtime_ns = mtime_ns;
    index_.add(entry);
    add_missing(directory.parent(), mtime_ns);
  }

  tree::IndexWriter& index_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::size_t DecodingStream::Counted::read(std::span<std::uint8_t> out) {
  const std::size_t got = next.read(out);
  count += got;
  return got;
}

DecodingStream::DecodingStream(std::shared_ptr<const tree::RangedReader> stored, ArchiveFormat format,
                               GunzipLimits limits, tree::Warnings& warnings, std::stop_token stop)
    : stop_(std::move(stop)),
      source_(std::move(stored)),
      gunzip_(format == ArchiveFormat::kTarGz ? std::make_optional<Gunzip>(source_, limits) : std::nullopt),
      counted_(gunzip_ ? static_cast<ByteSource&>(*gunzip_) : source_),
      tar_(counted_, warnings) {
  require_supported(format);
}

std::optional<tree::Entry> DecodingStream::next() {
  throw_if_stopped(stop_);
  return tar_.next();
}

std::size_t DecodingStream::read(std::span<std::uint8_t> out) {
  throw_if_stopped(stop_);
  return tar_.read(out);
}

std::shared_ptr<const tree::FileTree> index_foreign_archive(std::shared_ptr<const tree::RangedReader> stored,
                                                            ArchiveFormat format, vfs::Directory spill,
                                                            const std::stop_token& stop) {
  const auto built = std::make_shared<BuiltIndex>(std::move(spill));
  tree::Warnings warnings;
  DecodingStream entries(stored, format, kForeignLimits, warnings, stop);
  Parents parents(built->writer);
  while (const std::optional<tree::Entry> entry = entries.next()) {
    built->writer.add(*entry);
    parents.note(*entry);
  }
  tree::Manifest manifest;
  manifest.format = info(format).name;
  const tree::RangedReader& blob = built->writer.finish(manifest);
  auto index = std::make_shared<const tree::IndexReader>(std::shared_ptr<const tree::RangedReader>(built, &blob));
  std::shared_ptr<const tree::RangedReader> decoded = stored;
  if (format == ArchiveFormat::kTarGz) {
    decoded = std::make_shared<RewindingGunzip>(std::move(stored), entries.decoded(), kForeignLimits);
  }
  return std::make_shared<ArchiveTree>(std::move(decoded), std::move(index));
}

}  // namespace strata::archive
