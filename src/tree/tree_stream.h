#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/tree/file_tree.h"

namespace strata::tree {

/// A FileTree in one pass, depth first in Path order, through pages of list(): what restore, verify and downloads of a
/// folder read when a backup can be browsed. Memory is at most one page for each directory on the way down. One thread.
class TreeStream final : public EntryStream {
 public:
  static constexpr std::size_t kPage = 1000;

  /// `tree` must outlive this. With `from` only what is beneath that directory comes, still with paths from the root of
  /// the tree; a hard link whose content lies outside `from` is then given as a file of its own. kNotFound or kInvalid
  /// at the first next() when `from` is not a directory.
  explicit TreeStream(const FileTree& tree, vfs::Path from = {}, std::stop_token stop = {});
  ~TreeStream() override;

  std::optional<Entry> next() override;
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  /// A directory whose children are being given.
  struct Level {
    vfs::Path directory;
    std::vector<Entry> page;
    std::size_t position = 0;
    std::string after;  ///< the name that was given last
    bool last_page = false;
  };
  bool fill(Level& level);
  void detach(Entry& entry) const;

  const FileTree& tree_;
  const vfs::Path from_;
  const std::stop_token stop_;
  bool started_ = false;
  std::vector<Level> levels_;
  std::optional<Entry> current_;
  std::unique_ptr<RangedReader> content_;
  Bytes offset_ = 0;
};

}  // namespace strata::tree
