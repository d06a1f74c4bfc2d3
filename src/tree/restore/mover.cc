#include "strata/tree/restore/mover.h"

#include "strata/base/error.h"
#include "strata/tree/restore/path_text.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

namespace {

void make_movable(const Place& place, const vfs::Stat& entry) {
  if (is_closed_directory(entry)) place.directory->set_mode(place.path, entry.mode | 0200);
}

}  // namespace

bool has_atomic_exchange(const vfs::Directory& area) {
  const vfs::Path first = vfs::Path() / (std::string(vfs::kTemporaryPrefix) + "probe-1");
  const vfs::Path second = vfs::Path() / (std::string(vfs::kTemporaryPrefix) + "probe-2");
  for (const auto& path : {first, second}) {
    if (!area.exists(path)) area.create_file(path);
  }
  bool supported = true;
  try {
    area.exchange(first, area, second);
  } catch (const Error&) {
    supported = false;  // whatever the reason: the three renames always work
  }
  area.remove_file(first);
  area.remove_file(second);
  return supported;
}

Mover::Mover(const vfs::Directory& area, bool atomic) : area_(area), atomic_(atomic) {
  if (const auto stat = parking().find()) parked_ = stat->inode;
}

void Mover::move(const Place& from, const vfs::Stat& entry, const Place& to) const {
  make_movable(from, entry);
  if (atomic_) {
    from.directory->rename_no_replace(from.path, *to.directory, to.path);
    return;
  }
  // Not rename_no_replace: without the flag that is two calls, and a crash between them leaves both names.
  if (to.find()) {
    throw Error(ErrorKind::kConflict, "something appeared at " + in_quotes(to.path) + " while it was being restored");
  }
  from.directory->rename(from.path, *to.directory, to.path);
}

void Mover::move_if_there(const Place& from, const Place& to) const {
  if (const auto entry = from.find()) move(from, *entry, to);
}

void Mover::exchange(const Step& step, const Place& live, const vfs::Stat& in_live, const Place& tree,
                     const vfs::Stat& in_tree) {
  if (atomic_) {
    make_movable(live, in_live);
    make_movable(tree, in_tree);
    live.directory->exchange(live.path, *tree.directory, tree.path);
    return;
  }
  if (in_live.inode != step.live) {
    throw Error(ErrorKind::kConflict, "something changed " + in_quotes(step.path) + " while it was being restored");
  }
  move(live, in_live, parking());
  parked_ = step.live;
  finish(step, live, tree, Direction::kForward);
}

void Mover::finish(const Step& step, const Place& live, const Place& tree, Direction direction) {
  if (!parked_ || (parked_ != step.live && parked_ != step.tree)) return;
  const bool was_staged = parked_ == step.tree;
  const bool belongs_live = was_staged == (direction == Direction::kForward);
  const Place& destination = belongs_live ? live : tree;
  const Place& other = belongs_live ? tree : live;
  move_if_there(destination, other);  // the other half may not have made way yet
  move_if_there(parking(), destination);
  parked_.reset();
}

}  // namespace strata::tree
