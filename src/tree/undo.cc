#include "strata/tree/undo.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/restore/carry_out.h"
#include "strata/tree/restore/mover.h"
#include "strata/tree/restore/operation_area.h"
#include "strata/tree/restore/swap_planner.h"
#include "strata/tree/restore/swap_run.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

namespace {

/// "<generation> <bytes>": counted once for each tree that has been in the area.
constexpr std::string_view kMeasuredName = "measured";
constexpr Bytes kMaxMeasuredBytes = 64;

std::optional<Bytes> measured_bytes(const vfs::Directory& area, const SwapPlan& plan) {
  const vfs::Path name = vfs::Path() / kMeasuredName;
  if (!area.exists(name)) return std::nullopt;
  const std::string text = vfs::read_small_file(area, name, kMaxMeasuredBytes);
  const std::string generation = std::to_string(plan.generation) + " ";
  if (!text.starts_with(generation)) return std::nullopt;  // of the tree before this one
  Bytes bytes = 0;
  const auto [end, error] = std::from_chars(text.data() + generation.size(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;  // counted again when asked
  return bytes;
}

Undo describe(const vfs::Directory& area, const SwapPlan& plan) {
  return {.operation = plan.operation,
          .made = plan.made,
          .expires = plan.expires,
          .replace = plan.kind != SwapPlan::Kind::kMerge,
          .holds_restored = plan.tree_is_restored(),
          .bytes = measured_bytes(area, plan)};
}

Error no_undo(OperationId operation) {
  return Error(ErrorKind::kNotFound, "there is nothing to undo for restore " + operation.text() +
                                         ": it was never made, or its old tree has been removed");
}

struct FoundUndo {
  vfs::Directory workspace;
  vfs::Directory area;
  SwapPlan plan;
};

/// nullopt when there is none. kConflict while a swap is unfinished.
std::optional<FoundUndo> find_undo(const LiveRoot& root, OperationId operation) {
  auto workspace = root.find_workspace();
  if (!workspace) return std::nullopt;
  auto area = find_area(*workspace, operation);
  if (!area) return std::nullopt;
  auto plan = load_plan(*area);
  if (!plan || plan->running) {
    throw Error(ErrorKind::kConflict, "restore " + operation.text() + " is not finished");
  }
  return FoundUndo{std::move(*workspace), std::move(*area), std::move(*plan)};
}

void check_is_latest(const LiveRoot& root, const SwapPlan& plan) {
  const auto undos = list_undos(root);
  if (!undos.empty() && undos.front().operation != plan.operation && undos.front().made > plan.made) {
    throw Error(ErrorKind::kConflict,
                "a later restore changed the same files: undo restore " + undos.front().operation.text() + " first");
  }
}

void write_merge_back_list(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& merged,
                           const SwapPlan& plan) {
  const vfs::Directory live = root.open();
  const vfs::Directory tree = area.open_directory(vfs::Path() / kTreeName);
  StepListReader done(area, merged.places_name());
  StepListWriter places(area, plan.places_name());
  plan_merge_back({live, tree}, done, places);
  places.finish();
}

}  // namespace

std::vector<Undo> list_undos(const LiveRoot& root) {
  std::vector<Undo> undos;
  const auto workspace = root.find_workspace();
  if (!workspace) return undos;
  for (const auto operation : operations_in(*workspace)) {
    const auto area = find_area(*workspace, operation);
    if (!area) continue;  // set aside since it was listed
    const auto plan = load_plan(*area);
    if (plan && !plan->running) undos.push_back(describe(*area, *plan));
  }
  std::stable_sort(undos.begin(), undos.end(), [](const Undo& a, const Undo& b) { return a.made > b.made; });
  return undos;
}

void undo_swap(const LiveRoot& root, OperationId operation, Timestamp now, vfs::Privileged& privileged,
               Warnings& warnings) {
  const auto found = find_undo(root, operation);
  if (!found) throw no_undo(operation);
  if (now >= found->plan.expires) {
    throw Error(ErrorKind::kRefused, "the time in which restore " + operation.text() + " could be undone is over");
  }
  const bool merge = found->plan.kind == SwapPlan::Kind::kMerge;
  if (merge) check_is_latest(root, found->plan);

  SwapPlan plan = found->plan;
  ++plan.generation;
  plan.running = true;
  plan.started = now;
  plan.atomic_exchange = has_atomic_exchange(found->area);
  if (merge) {
    write_merge_back_list(root, found->area, found->plan, plan);
  } else {
    plan.kind = replace_kind(root, plan.atomic_exchange);
    write_replace_lists(root, found->area, plan, warnings);
  }
  carry_out(root, found->area, plan, privileged);
}

Bytes measure_undo(const LiveRoot& root, OperationId operation, const std::stop_token& stop) {
  const auto found = find_undo(root, operation);
  if (!found) throw no_undo(operation);
  if (const auto known = measured_bytes(found->area, found->plan)) return *known;
  const Bytes bytes = survey(found->area.open_directory(vfs::Path() / kTreeName), IgnoreRules(), stop).bytes;
  throw_if_stopped(stop);
  vfs::publish_replacing(found->area, std::string(kMeasuredName),
                         std::to_string(found->plan.generation) + " " + std::to_string(bytes));
  return bytes;
}

std::size_t remove_expired_undos(const LiveRoot& root, Timestamp now,
                                 const std::function<bool(const vfs::Directory&)>& busy) {
  std::size_t removed = 0;
  for (const auto& undo : list_undos(root)) {
    if (now < undo.expires) continue;
    const auto found = find_undo(root, undo.operation);
    if (!found || busy(found->area.open_directory(vfs::Path() / kTreeName))) continue;
    set_aside(found->workspace, undo.operation);
    ++removed;
  }
  return removed;
}

void remove_undo(const LiveRoot& root, OperationId operation) {
  if (const auto found = find_undo(root, operation)) set_aside(found->workspace, operation);
}

void empty_trash(const LiveRoot& root, const std::stop_token& stop) {
  const auto workspace = root.find_workspace();
  if (!workspace) return;
  for (const auto& listed : workspace->list()) {
    if (!listed.name.starts_with(kTrashPrefix)) continue;
    throw_if_stopped(stop);
    workspace->remove_tree(vfs::Path() / listed.name);
  }
}

}  // namespace strata::tree
