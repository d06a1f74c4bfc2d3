#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "strata/base/units.h"
#include "strata/tree/entry.h"
#include "strata/tree/file_tree.h"
#include "strata/vfs/file.h"

namespace strata::tree {

/// Copies the content of regular files from a stream into staged files: hashed on the way, zero blocks of sparse files
/// left out as holes. Holds one buffer for all files. One thread.
class ContentCopier {
 public:
  ContentCopier();

  /// Copies what `stream` gives for `entry` into `file`, which is empty. kCorrupt when it is not exactly `entry.size`
  /// bytes, or not the ones of `entry.hash`. `on_bytes` is called after each piece and may throw to stop.
  void copy(const Entry& entry, EntryStream& stream, vfs::File& file, const std::function<void(Bytes)>& on_bytes);

 private:
  std::size_t fill(EntryStream& stream);

  std::vector<std::uint8_t> buffer_;
};

}  // namespace strata::tree
