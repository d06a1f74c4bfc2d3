#include "strata/tree/swap.h"

#include "strata/base/error.h"
#include "strata/tree/restore/carry_out.h"
#include "strata/tree/restore/mover.h"
#include "strata/tree/restore/path_text.h"
#include "strata/tree/restore/swap_planner.h"

namespace strata::tree {

namespace {

/// The backup has no entry for the root itself, so the new one is like the live one.
void make_root_like(const vfs::Directory& live, Staging& staging) {
  const vfs::Stat wanted = live.stat({});
  const vfs::Directory& made = staging.directory();
  const vfs::Stat present = made.stat({});
  if (present.uid != wanted.uid || present.gid != wanted.gid) {
    if (staging.privileged().can_change_owner()) {
      staging.privileged().change_owner(made, {}, wanted.uid, wanted.gid);
    } else {
      staging.warnings().add("",
                             "the owner of the server's root cannot be restored: the node runs without root rights");
    }
  }
  vfs::File file = made.open_file({});
  for (const auto& attribute : live.open_file({}).extended_attributes()) {
    if (!file.set_extended_attribute(attribute)) {
      staging.warnings().add("", "the file system refused extended attribute " + in_quotes(attribute.name));
    }
  }
  made.set_mode({}, wanted.mode);
}

void write_merge_list(const LiveRoot& root, const Staging& staging, const SwapPlan& plan) {
  const vfs::Directory live = root.open();
  StepListWriter places(staging.area(), plan.places_name());
  plan_merge({live, staging.directory()}, [&](const vfs::Stat& stat) { return staging.is_implied(stat); }, places);
  places.finish();
}

}  // namespace

void swap_in(const LiveRoot& root, Staging& staging, const SwapOptions& options) {
  const vfs::Directory& area = staging.area();
  if (!staging.sealed()) throw Error(ErrorKind::kInternal, "a staged tree has to be sealed before it is swapped in");
  if (load_plan(area)) throw Error(ErrorKind::kConflict, "this restore has been swapped in already");

  SwapPlan plan;
  plan.operation = staging.operation();
  plan.atomic_exchange = has_atomic_exchange(area);
  plan.kind = options.replace ? replace_kind(root, plan.atomic_exchange) : SwapPlan::Kind::kMerge;
  plan.keep_ignored = options.replace && options.keep_ignored;
  plan.ignored = options.ignored.text();
  plan.started = options.now;
  plan.keep_undo = options.keep_undo;

  if (plan.kind == SwapPlan::Kind::kExchange) make_root_like(root.open(), staging);
  if (options.replace) {
    write_replace_lists(root, area, plan, staging.warnings());
  } else {
    write_merge_list(root, staging, plan);
  }
  carry_out(root, area, plan, staging.privileged());
}

}  // namespace strata::tree
