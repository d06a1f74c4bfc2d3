#include "strata/archive/archive_download.h"

#include "strata/tree/tree_stream.h"

namespace strata::archive {
namespace {

/// Entries of a stream with their paths taken relative to a folder.
class Rebased final : public tree::EntryStream {
 public:
  Rebased(tree::EntryStream& entries, const vfs::Path& folder) : entries_(entries), depth_(folder.depth()) {}

  std::optional<tree::Entry> next() override {
    std::optional<tree::Entry> entry = entries_.next();
    if (!entry) return std::nullopt;
    entry->path = relative(entry->path);
    if (entry->hard_link) entry->hard_link = relative(*entry->hard_link);
    return entry;
  }

  std::size_t read(std::span<std::uint8_t> out) override { return entries_.read(out); }

 private:
  vfs::Path relative(const vfs::Path& path) const {
    vfs::Path result;
    std::size_t skipped = 0;
    for (const std::string_view component : path.components()) {
      if (skipped++ >= depth_) result = result / component;
    }
    return result;
  }

  tree::EntryStream& entries_;
  const std::size_t depth_;
};

}  // namespace

void download_folder(const tree::FileTree& tree, const vfs::Path& folder, ByteSink& out, const ArchiveOptions& options,
                     const std::stop_token& stop) {
  tree::TreeStream below(tree, folder, stop);
  Rebased entries(below, folder);
  download_stream(entries, out, options, stop);
}

void download_stream(tree::EntryStream& entries, ByteSink& out, const ArchiveOptions& options,
                     const std::stop_token& stop) {
  // What a download cannot hold is not lost: the backup still has it.
  tree::Warnings warnings;
  write_archive(entries, out, options, nullptr, warnings, {}, stop);
}

}  // namespace strata::archive
