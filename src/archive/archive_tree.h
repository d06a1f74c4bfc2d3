#pragma once

#include <memory>

#include "strata/tree/file_tree.h"
#include "strata/tree/index.h"
#include "strata/tree/ranged_reader.h"

namespace strata::archive {

/// A tar with an index as a browsable tree. Names and attributes come from the index (checksummed), content from the
/// decoded stream at the recorded positions. A file that is read from its start to its end in order is compared with
/// its recorded hash before the last bytes are given out (kCorrupt names the path); other ranges are covered by what
/// the decoded stream checks (gzip: the CRC-32 of each block; plain tar: nothing). Any thread.
class ArchiveTree final : public tree::FileTree {
 public:
  /// `decoded` is the tar stream, `index` its index.
  ArchiveTree(std::shared_ptr<const tree::RangedReader> decoded, std::shared_ptr<const tree::IndexReader> index);

  std::optional<tree::Entry> stat(const vfs::Path& path) const override;
  std::vector<tree::Entry> list(const vfs::Path& directory, std::string_view after, std::size_t limit) const override;
  std::unique_ptr<tree::RangedReader> open(const vfs::Path& path) const override;

 private:
  /// Tar says the size of hard-linked content once; an index made from a foreign archive cannot know more.
  void fill_link_size(tree::Entry& entry) const;

  std::shared_ptr<const tree::RangedReader> decoded_;
  std::shared_ptr<const tree::IndexReader> index_;
};

}  // namespace strata::archive
