#include <algorithm>
#include <iterator>

#include "strata/tree/live_root.h"
#include "strata/tree/restore/listing.h"
#include "strata/tree/restore/swap_planner.h"

namespace strata::tree {

void plan_contents(const BothTrees& trees, const IgnoreRules& kept, StepListWriter& places) {
  const auto live_names = sorted_names(trees.live, {});
  const auto tree_names = sorted_names(trees.tree, {});
  std::vector<std::string> names;
  std::set_union(live_names.begin(), live_names.end(), tree_names.begin(), tree_names.end(), std::back_inserter(names));
  for (const auto& name : names) {
    const vfs::Path path = vfs::Path() / name;
    if (is_in_workspace(path)) continue;
    const auto live = trees.live.find(path);
    const auto tree = trees.tree.find(path);
    if (live && !tree && kept.ignores(path, live->type == vfs::Type::kDirectory)) continue;
    places.place(path, live, tree);
  }
}

}  // namespace strata::tree
