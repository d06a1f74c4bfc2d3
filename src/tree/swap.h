#pragma once

#include <chrono>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/live_root.h"
#include "strata/tree/staging.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/privileged.h"

/// The moment a restore becomes real, and its recovery. The caller holds the server's lock for all of this and has
/// stopped the server: one thread per root.
///
/// What is about to happen is written to the operation's area and synced before anything is touched
/// (docs/formats/restore-workspace.md), every step can be repeated, and recovery tells from inode numbers how far a
/// swap came. After recovery the live tree is all old or all new.
namespace strata::tree {

struct SwapOptions {
  bool replace = true;       ///< false: merge (truncate_directory=false): what the backup lacks stays
  bool keep_ignored = true;  ///< replace: live entries that match the backup's ignore rules move over
  IgnoreRules ignored;       ///< the backup's rules
  Timestamp now{};
  std::chrono::hours keep_undo{24};
};

/// Makes a sealed staged tree the live one; the old tree stays in the area as undo.
///
/// Replace: the staged root takes over mode, owner and attributes of the live root and is exchanged with it (kContents:
/// each top-level name), then the topmost ignored live entries move over by a journaled list. Where the backup itself
/// has an entry of that name, the backup's stays and the live one is in the undo (warning). Merge: each entry that the
/// backup and the live tree both have is exchanged with its staged twin, new ones move in, so the staged tree becomes
/// the undo; directories in both take mode, owner and time of the backup and keep their live extended attributes.
///
/// On Error the live tree is as before; only when the way back failed too is it in between, and the message says so.
/// Either way the caller calls recover_swaps() before it lets the server start: what that answers is the truth.
void swap_in(const LiveRoot& root, Staging& staging, const SwapOptions& options);

/// What recovery did for an operation that ended in the middle.
struct RecoveredSwap {
  OperationId operation;
  bool was_undo = false;  ///< an undo was under way, not the restore itself
  /// True: finished forward, as if the call had returned. False: as if it had never been made (the staging of a restore
  /// is removed).
  bool completed = false;
};

/// At start, per root, before anything else touches it, and after a swap that threw. Idempotent. Stagings that never
/// came to a swap are set aside for empty_trash() (undo.h). An entry that the plan names and that the live tree no
/// longer has room for (its folder was removed or replaced meanwhile) stays in the undo, with a warning. Operations
/// that are complete are not reported: list_undos() has them. kCorrupt when a plan is damaged: the message says what to
/// compare by hand; other operations are recovered first.
std::vector<RecoveredSwap> recover_swaps(const LiveRoot& root, vfs::Privileged& privileged, Warnings& warnings);

}  // namespace strata::tree
