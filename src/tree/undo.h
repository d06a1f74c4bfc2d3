#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/tree/live_root.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/privileged.h"

namespace strata::tree {

/// A tree that a swap took out of use and that can be put back.
struct Undo {
  OperationId operation;  ///< the restore it belongs to
  Timestamp made;         ///< when the tree was taken out of use
  Timestamp expires;
  bool replace = true;          ///< false: of a merge; holds only what the merge replaced
  bool holds_restored = false;  ///< the restore was undone: this holds the restored tree
  std::optional<Bytes> bytes;   ///< content of regular files, once measure_undo() has counted it
};

/// All undo areas of a root, newest first. kCorrupt when a plan is damaged.
std::vector<Undo> list_undos(const LiveRoot& root);

/// Puts the old tree back with the mechanism of swap.h; what was live becomes the new undo, so an undo can be undone.
/// Kept (ignored) entries travel with the live tree again. A merge is taken back entry by entry: entries that were
/// absent before it leave, what else was made since stays. kNotFound when there is no such area, kRefused when it
/// expired, kConflict for a merge that is not the latest swap. Thread rule and errors as swap_in().
void undo_swap(const LiveRoot& root, OperationId operation, Timestamp now, vfs::Privileged& privileged,
               Warnings& warnings);

/// Counts the content of an undo area and stores the number in it. kNotFound, kCancelled. Any thread, no lock needed.
Bytes measure_undo(const LiveRoot& root, OperationId operation, const std::stop_token& stop);

/// Sets undo areas past their time aside, one rename each; answers how many. `busy` says whether a process still holds
/// the tree (then it stays until the next round). Same thread rule as swap_in().
std::size_t remove_expired_undos(const LiveRoot& root, Timestamp now,
                                 const std::function<bool(const vfs::Directory&)>& busy);

/// Sets one undo area aside before its time (space is needed). Absent is success; kConflict while a swap is unfinished.
/// Same thread rule as swap_in().
void remove_undo(const LiveRoot& root, OperationId operation);

/// Frees the space of what was set aside, which may take long. Any thread, at any time, no lock needed.
void empty_trash(const LiveRoot& root, const std::stop_token& stop);

}  // namespace strata::tree
