#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "strata/tree/file_tree.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// Totals of a tree before it is read, for progress: what the reference counts (spec/wings 5.2).
struct Survey {
  Bytes bytes = 0;          ///< content bytes of regular files, a hard-linked inode once
  std::uint64_t files = 0;  ///< entries that are not directories
  std::uint64_t entries = 0;
};

/// Walks without reading content. Errors are silent here: the stream that follows reports them.
Survey survey(const vfs::Directory& root, const IgnoreRules& rules, const std::stop_token& stop);

/// The live server as an entry stream. Never follows a link, never leaves the root, does not enter other mounts
/// (warning). An entry that cannot be read, vanishes, is a socket, fifo or device, or has a name beyond the limits
/// becomes a warning, never silence. A file that changes while it is read is given at exactly its opening size (cut, or
/// zeros after its new end) with a warning. Hard links: the first name in order carries the content, later ones name
/// it. One thread.
class LiveStream final : public EntryStream {
 public:
  /// `root` and `warnings` must outlive this.
  LiveStream(const vfs::Directory& root, IgnoreRules rules, Warnings& warnings, std::stop_token stop);
  ~LiveStream() override;
  std::optional<Entry> next() override;
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The live server as a browsable tree (file API). Links are shown, not followed; ignored entries, the restore
/// workspace and what a tree cannot hold are absent. Entries carry no attributes and no hard links (each listed name
/// would have to be opened): who compares whole trees uses LiveStream. Any thread.
class LiveTree final : public FileTree {
 public:
  LiveTree(vfs::Directory root, IgnoreRules hidden);
  ~LiveTree() override;
  std::optional<Entry> stat(const vfs::Path& path) const override;
  std::vector<Entry> list(const vfs::Path& directory, std::string_view after, std::size_t limit) const override;
  std::unique_ptr<RangedReader> open(const vfs::Path& path) const override;

 private:
  vfs::Directory root_;
  IgnoreRules hidden_;
};

}  // namespace strata::tree
