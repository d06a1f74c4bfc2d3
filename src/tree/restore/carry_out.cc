#include "strata/tree/restore/carry_out.h"

#include "strata/base/error.h"
#include "strata/tree/restore/swap_planner.h"
#include "strata/tree/restore/swap_run.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

SwapPlan::Kind replace_kind(const LiveRoot& root, bool atomic_exchange) {
  // Without RENAME_EXCHANGE the root would be absent for a moment, and a crash then would leave nothing to start from.
  return root.swap == SwapKind::kExchange && atomic_exchange ? SwapPlan::Kind::kExchange : SwapPlan::Kind::kContents;
}

void write_replace_lists(const LiveRoot& root, const vfs::Directory& area, SwapPlan& plan, Warnings& warnings) {
  const vfs::Directory live = root.open();
  const vfs::Directory tree = area.open_directory(vfs::Path() / kTreeName);
  const BothTrees trees{live, tree};
  const bool exchange = plan.kind == SwapPlan::Kind::kExchange;
  const IgnoreRules rules = plan.keep_ignored ? IgnoreRules::parse(split_ignore_lines(plan.ignored)) : IgnoreRules();

  // First, because it may add folders to the tree, which the places have to know.
  plan.has_kept = false;
  if (!rules.empty()) {
    StepListWriter kept(area, plan.kept_name());
    plan_kept(trees, rules, exchange, kept, warnings);
    kept.finish();
    plan.has_kept = kept.count() > 0;
    if (plan.has_kept) area.sync_file_system();  // the folders too
  }

  StepListWriter places(area, plan.places_name());
  if (exchange) {
    places.place({}, live.stat({}), tree.stat({}));
  } else {
    plan_contents(trees, rules, places);
  }
  places.finish();
}

void carry_out(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& plan, vfs::Privileged& privileged) {
  SwapRun run(root, area, plan, privileged);
  try {
    save_plan(area, plan);
    run.forward();
    save_plan(area, plan.completed());
  } catch (const Error& error) {
    try {
      // Again, because the completed plan may be there already: while steps are taken back the plan must say so.
      save_plan(area, plan);
      run.backward();
      withdraw(area, plan);
    } catch (const Error& second) {
      throw Error(error.kind(), error.message() + "; taking the swap back failed as well (" + second.message() +
                                    "): it is unfinished and has to be recovered before the server may start");
    }
    throw;
  }
}

void withdraw(const vfs::Directory& area, const SwapPlan& plan) {
  if (plan.is_undo()) {
    save_plan(area, plan.before_undo());
  } else {
    vfs::remove_durably(area, vfs::Path() / kPlanName);
  }
}

}  // namespace strata::tree
