#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/units.h"
#include "strata/vfs/file.h"
#include "strata/vfs/path.h"

namespace strata::tree {

/// SHA-256 of a file's content.
using ContentHash = std::array<std::uint8_t, 32>;

/// One name of a tree: what a backup records of it and what a restore puts back.
struct Entry {
  vfs::Path path;                        ///< relative to the server's root; never the root itself
  vfs::Type type = vfs::Type::kRegular;  ///< regular, directory or symlink; nothing else is stored
  Bytes size = 0;                        ///< regular, hard links too: content bytes; else 0
  std::uint32_t mode = 0;                ///< permission bits, 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t mtime_ns = 0;
  std::string link_target;  ///< symlink: the literal target bytes, never resolved
  /// Same inode as this earlier regular entry, which holds content, attributes and hash.
  std::optional<vfs::Path> hard_link;
  std::vector<vfs::ExtendedAttribute> attributes;  ///< sorted by name; empty for symlinks and hard links
  bool sparse = false;                             ///< had holes; a restore makes holes of its zero blocks
  std::optional<ContentHash> hash;  ///< regular files; absent where the carrier does not hash at creation
  std::uint64_t position = 0;  ///< carrier-defined: where the content starts (archives: offset in the decoded stream)

  bool is_directory() const { return type == vfs::Type::kDirectory; }
  bool is_regular() const { return type == vfs::Type::kRegular; }
  bool is_symlink() const { return type == vfs::Type::kSymlink; }
};

/// Throws kInvalid, naming the path, for what no tree can hold: the root as an entry, another type, a link target on
/// anything but a symlink (or none on one), a hard link, hash or size on what is not a regular file, bits beyond 07777,
/// attributes with empty or oversized names or values. Whoever takes entries from outside calls this.
void check_entry(const Entry& entry);

}  // namespace strata::tree
