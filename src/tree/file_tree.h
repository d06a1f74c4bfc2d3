#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "strata/tree/entry.h"
#include "strata/tree/ranged_reader.h"

namespace strata::tree {

/// A read-only tree: what every browsable backup is. Browse, downloads, restore, verify and compare are written once
/// over this. Any thread.
class FileTree {
 public:
  virtual ~FileTree() = default;

  /// nullopt when there is no such entry. The root always exists (a directory entry with an empty path).
  virtual std::optional<Entry> stat(const vfs::Path& path) const = 0;

  /// Children of a directory in bytewise order of their names, those after `after` (empty: from the start), at most
  /// `limit`; fewer only at the end. kNotFound when absent, kInvalid when not a directory.
  virtual std::vector<Entry> list(const vfs::Path& directory, std::string_view after, std::size_t limit) const = 0;

  /// Content of a regular file. kNotFound, kInvalid (not a regular file), kCorrupt.
  virtual std::unique_ptr<RangedReader> open(const vfs::Path& path) const = 0;
};

/// A tree in one pass, depth first in Path order: a directory before what is in it. One thread.
class EntryStream {
 public:
  virtual ~EntryStream() = default;

  /// The next entry; nullopt at the end. Content of the previous entry that was not read is skipped. A damaged or
  /// truncated carrier throws kCorrupt: the end is only reported when it is really the end.
  virtual std::optional<Entry> next() = 0;

  /// Content of the current regular entry (not for hard links); 0 at its end.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

}  // namespace strata::tree
