#include "strata/tree/restore/swap_run.h"

#include "strata/base/error.h"
#include "strata/tree/restore/path_text.h"

namespace strata::tree {

namespace {

using Direction = Mover::Direction;

/// True when the staged twin (or, for a step without one, nothing) is still in the area.
bool is_pending(const Step& step, const std::optional<vfs::Stat>& in_tree) {
  return step.tree ? in_tree && in_tree->inode == step.tree : !in_tree;
}

void place_forward(Mover& mover, const Step& step, const Place& live, const Place& tree) {
  const auto in_tree = tree.find();
  if (!is_pending(step, in_tree)) return;
  const auto in_live = live.find();
  if (in_tree && in_live) {
    mover.exchange(step, live, *in_live, tree, *in_tree);
  } else if (in_tree) {
    mover.move(tree, *in_tree, live);
  } else if (in_live) {
    mover.move(live, *in_live, tree);
  }
}

void place_backward(Mover& mover, const Step& step, const Place& live, const Place& tree) {
  const auto in_tree = tree.find();
  if (is_pending(step, in_tree)) return;
  const auto in_live = live.find();
  if (in_tree && in_live) {
    // Towards the old state the two sides have changed their roles.
    const Step back{.path = step.path, .live = in_live->inode, .tree = in_tree->inode};
    mover.exchange(back, live, *in_live, tree, *in_tree);
  } else if (in_tree) {
    mover.move(tree, *in_tree, live);
  } else if (in_live && in_live->inode == step.tree) {
    mover.move(live, *in_live, tree);
  }
}

/// Whether the folder that holds a place is still there, told without following a link.
bool has_folder(const Place& place) {
  const vfs::Path folder = place.path.parent();  // the components are views of its text
  vfs::Path above;
  for (const auto component : folder.components()) {
    above = above / component;
    const auto stat = place.directory->find(above);
    if (!stat || stat->type != vfs::Type::kDirectory) return false;
  }
  return true;
}

}  // namespace

SwapRun::SwapRun(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& plan, vfs::Privileged& privileged)
    : root_(root), area_(area), plan_(plan), privileged_(privileged) {}

void SwapRun::forward() {
  run_forward(nullptr);
}

void SwapRun::forward_as_far_as_possible(Warnings& warnings) {
  run_forward(&warnings);
}

void SwapRun::run_forward(Warnings* lenient) {
  run_places(plan_.places_name(), Direction::kForward, lenient);
  sync_places();
  if (plan_.has_kept) {
    run_places(plan_.kept_name(), Direction::kForward, lenient);
    area_.sync_file_system();
  }
  run_attributes(Direction::kForward);
}

void SwapRun::backward() {
  if (plan_.has_kept && places_done()) {
    run_places(plan_.kept_name(), Direction::kBackward, nullptr);
    area_.sync_file_system();
  }
  run_places(plan_.places_name(), Direction::kBackward, nullptr);
  sync_places();
  run_attributes(Direction::kBackward);
}

bool SwapRun::places_done() const {
  bool done = !Mover(area_, plan_.atomic_exchange).has_parked();
  each(plan_.places_name(), Step::Kind::kPlace, [&](const Step& step, const Place&, const Place& tree) {
    if (done && is_pending(step, tree.find())) done = false;
  });
  return done;
}

SwapRun::Live SwapRun::live_now() const {
  Live now = Live::kNeither;
  each(plan_.places_name(), Step::Kind::kPlace, [&](const Step& step, const Place& live, const Place&) {
    const auto stat = live.find();
    if (stat && stat->inode == step.live) now = Live::kOld;
    if (stat && stat->inode == step.tree) now = Live::kNew;
  });
  return now;
}

void SwapRun::each(const std::string& list, Step::Kind kind, const EachStep& act) const {
  const vfs::Path live_name = vfs::Path() / root_.name;
  const vfs::Path tree_name = vfs::Path() / kTreeName;
  StepListReader steps(area_, list);
  // Opened here and not once for all: an exchange of the roots changes what the two names mean.
  const vfs::Directory live = root_.open();
  const vfs::Directory tree = area_.open_directory(tree_name);
  while (const auto step = steps.next()) {
    if (step->kind != kind) continue;
    const bool whole = step->path.is_root();
    act(*step, whole ? Place{&root_.parent, live_name} : Place{&live, step->path},
        whole ? Place{&area_, tree_name} : Place{&tree, step->path});
  }
}

void SwapRun::run_places(const std::string& list, Direction direction, Warnings* lenient) {
  Mover mover(area_, plan_.atomic_exchange);
  if (mover.has_parked()) {  // first of all: there is room for one
    each(list, Step::Kind::kPlace,
         [&](const Step& step, const Place& live, const Place& tree) { mover.finish(step, live, tree, direction); });
  }
  if (mover.has_parked()) {
    throw Error(ErrorKind::kCorrupt, "an entry lies in " + in_quotes(area_.label() + "/" + std::string(kParkedName)) +
                                         " and no step of the swap knows it: put it back by hand");
  }
  each(list, Step::Kind::kPlace, [&](const Step& step, const Place& live, const Place& tree) {
    try {
      (direction == Direction::kForward ? place_forward : place_backward)(mover, step, live, tree);
    } catch (const Error&) {
      // The tree in the area is not ours alone either: it holds what the tenant had at the live place by then.
      if (lenient == nullptr || (has_folder(live) && has_folder(tree))) throw;
      lenient->add(step.path.bytes(), "its folder was removed or replaced meanwhile: left as it is, see the undo");
    }
  });
}

void SwapRun::run_attributes(Direction direction) {
  const auto swap_sides = [&](const Step& step, const Place& live, const Place& tree) {
    const bool forward = direction == Direction::kForward;
    const auto& for_live = forward ? step.tree_attributes : step.live_attributes;
    const auto& for_tree = forward ? step.live_attributes : step.tree_attributes;
    if (for_live) apply(live, *for_live);
    if (for_tree) apply(tree, *for_tree);
  };
  each(plan_.places_name(), Step::Kind::kAttributes, swap_sides);
  if (plan_.has_kept) each(plan_.kept_name(), Step::Kind::kAttributes, swap_sides);
  if (attributes_changed_) area_.sync_file_system();
}

void SwapRun::apply(const Place& place, const Attributes& wanted) {
  try {
    const auto stat = place.find();
    if (!stat || stat->type != vfs::Type::kDirectory || attributes_of(*stat) == wanted) return;
    attributes_changed_ = true;
    if ((stat->uid != wanted.uid || stat->gid != wanted.gid) && privileged_.can_change_owner()) {
      // Through a descriptor that can only be a directory: a name could become a link to somebody's file meanwhile.
      privileged_.change_owner(place.directory->open_directory(place.path), {}, wanted.uid, wanted.gid);
    }
    place.directory->set_mode(place.path, wanted.mode);
    place.directory->set_mtime(place.path, wanted.mtime_ns);
  } catch (const Error&) {
    if (has_folder(place)) throw;  // else there is no such directory any more
  }
}

void SwapRun::sync_places() const {
  if (plan_.kind != SwapPlan::Kind::kExchange) {
    area_.sync_file_system();
    return;
  }
  root_.parent.sync();
  area_.sync();
}

}  // namespace strata::tree
