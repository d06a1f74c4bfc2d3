#pragma once

#include "strata/tree/live_root.h"
#include "strata/tree/restore/swap_plan.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/privileged.h"

/// What a restore and its undo have in common.
namespace strata::tree {

/// How a whole tree takes the live one's place: by exchange of the roots where that can be done.
SwapPlan::Kind replace_kind(const LiveRoot& root, bool atomic_exchange);

/// Writes the step lists by which the area's tree replaces the live one, and says in `plan` whether entries are kept.
void write_replace_lists(const LiveRoot& root, const vfs::Directory& area, SwapPlan& plan, Warnings& warnings);

/// Makes the plan durable and does it. On Error everything is as before and the plan is withdrawn; when that fails too
/// the Error says that the swap is unfinished, and the plan stays for recovery.
void carry_out(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& plan, vfs::Privileged& privileged);

/// The plan as if the swap had never been asked for.
void withdraw(const vfs::Directory& area, const SwapPlan& plan);

}  // namespace strata::tree
