#pragma once

#include <cstdint>
#include <optional>

#include "strata/tree/restore/step_list.h"
#include "strata/tree/restore/swap_plan.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// A name that a step acts on: a held directory and a path beneath it.
struct Place {
  const vfs::Directory* directory;
  vfs::Path path;

  std::optional<vfs::Stat> find() const { return directory->find(path); }
};

/// True when the file system of `area` has RENAME_EXCHANGE (OpenZFS before 2.2 and some FUSE and network file systems
/// do not). Tries it on two empty files.
bool has_atomic_exchange(const vfs::Directory& area);

/// Does the renames of a swap. Directories that their owner may not write are opened up first (a rename changes their
/// ".."); an attribute step closes them again.
///
/// Where exchange is not supported it is three renames through `parked` in the area; the step that a crash left in the
/// middle of them is the one whose live inode is parked, and finish() completes or reverts it. One thread.
class Mover {
 public:
  /// `area` must outlive this.
  Mover(const vfs::Directory& area, bool atomic);

  /// `entry` is what was found at `from`. kConflict when something is at `to`.
  void move(const Place& from, const vfs::Stat& entry, const Place& to) const;

  /// Changes the sides of what was found at the two places of `step`.
  void exchange(const Step& step, const Place& live, const vfs::Stat& in_live, const Place& tree,
                const vfs::Stat& in_tree);

  enum class Direction { kForward, kBackward };
  /// Ends an interrupted exchange when `step` is the one.
  void finish(const Step& step, const Place& live, const Place& tree, Direction direction);

  /// Whether an interrupted exchange waits for finish().
  bool has_parked() const { return parked_.has_value(); }

 private:
  Place parking() const { return {&area_, vfs::Path() / kParkedName}; }
  void move_if_there(const Place& from, const Place& to) const;

  const vfs::Directory& area_;
  bool atomic_;
  std::optional<std::uint64_t> parked_;
};

}  // namespace strata::tree
