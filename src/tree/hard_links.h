#pragma once

#include <map>
#include <utility>

#include "strata/tree/entry.h"

namespace strata::tree {

/// Internal to this room: remembers the first name of each file that has several, so that later names can refer to it.
/// Bounded: beyond kMax files that still miss a name, further ones are not remembered (their names are then stored as
/// files of their own).
class HardLinks {
 public:
  static constexpr std::size_t kMax = 1'000'000;

  /// The entry for a later name of a file whose first name was remembered: everything as it was recorded there, so that
  /// both say the same even when the file changed in between. nullopt for a first name.
  std::optional<Entry> later_name(const vfs::Path& path, const vfs::Stat& stat);

  /// After the first name was taken. False when there is no room.
  bool remember(const Entry& first, const vfs::Stat& stat);

 private:
  struct First {
    Entry entry;
    std::int64_t birth_ns;  ///< an inode number used again belongs to a younger file
    std::uint64_t to_come;  ///< names not seen yet
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, First> files_;  ///< by device and inode
};

}  // namespace strata::tree
