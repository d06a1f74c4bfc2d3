#pragma once

#include <functional>

#include "strata/tree/ignore_rules.h"
#include "strata/tree/restore/step_list.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

/// Makes the step lists of a swap: looks at both trees and changes nothing in the live one.
namespace strata::tree {

/// The two roots as they are before the swap.
struct BothTrees {
  const vfs::Directory& live;
  const vfs::Directory& tree;
};

/// kContents: one place step for each top-level name of either tree. With `kept` rules, an ignored live entry that the
/// other tree does not have stays where it is.
void plan_contents(const BothTrees& trees, const IgnoreRules& kept, StepListWriter& places);

/// kMerge: place steps for what the staged tree has, directories that both have are merged. `is_implied` tells staged
/// directories that the backup says nothing about: the live one's attributes stay.
void plan_merge(const BothTrees& trees, const std::function<bool(const vfs::Stat&)>& is_implied,
                StepListWriter& places);

/// The way back of a merge: the places of the list that did it, with what is there by now. A live folder that was
/// removed since comes back as it lies in the area.
void plan_merge_back(const BothTrees& trees, StepListReader& merged, StepListWriter& places);

/// The list that follows a replace: the topmost ignored live entries move into the new tree. `first_level` is false for
/// kContents, where top-level names are decided by plan_contents(). Folders they need in `trees.tree` are made here,
/// with attributes of the live ones; an entry that has no room there is a warning.
void plan_kept(const BothTrees& trees, const IgnoreRules& rules, bool first_level, StepListWriter& kept,
               Warnings& warnings);

}  // namespace strata::tree
