#include "strata/base/error.h"
#include "strata/tree/live_root.h"
#include "strata/tree/restore/listing.h"
#include "strata/tree/restore/swap_planner.h"

namespace strata::tree {

namespace {

bool is_directory(const std::optional<vfs::Stat>& stat) {
  return stat && stat->type == vfs::Type::kDirectory;
}

class MergePlan {
 public:
  MergePlan(const BothTrees& trees, const std::function<bool(const vfs::Stat&)>& is_implied, StepListWriter& places)
      : trees_(trees), is_implied_(is_implied), places_(places) {}

  void directory(const vfs::Path& path) {
    for (const auto& name : sorted_names(trees_.tree, path)) {
      const vfs::Path child = path / name;
      if (is_in_workspace(child)) continue;
      const auto staged = trees_.tree.stat(child);
      const auto live = trees_.live.find(child);
      if (is_directory(staged) && is_directory(live)) {
        const Attributes before = attributes_of(*live);
        places_.attributes(child, before, is_implied_(staged) ? before : attributes_of(staged));
        directory(child);
      } else {
        places_.place(child, live, staged);
      }
    }
  }

 private:
  const BothTrees& trees_;
  const std::function<bool(const vfs::Stat&)>& is_implied_;
  StepListWriter& places_;
};

}  // namespace

void plan_merge(const BothTrees& trees, const std::function<bool(const vfs::Stat&)>& is_implied,
                StepListWriter& places) {
  MergePlan(trees, is_implied, places).directory({});
}

void plan_merge_back(const BothTrees& trees, StepListReader& merged, StepListWriter& places) {
  // What lies beneath a place has changed sides with it. The list is in Path order, so it follows directly.
  std::optional<vfs::Path> placed;
  while (const auto step = merged.next()) {
    if (placed && step->path.is_beneath(*placed)) continue;
    const auto tree = trees.tree.find(step->path);
    const auto live = trees.live.find(step->path);
    if (step->kind == Step::Kind::kAttributes) {
      if (!is_directory(tree)) continue;
      if (is_directory(live)) {
        places.attributes(step->path, attributes_of(*live), attributes_of(*tree));
        continue;
      }
    } else {
      placed = step->path;
      const bool never_done = step->tree && tree && tree->inode == step->tree;
      if (never_done || (!live && !tree)) continue;
    }
    placed = step->path;
    places.place(step->path, live, tree);
  }
}

}  // namespace strata::tree
