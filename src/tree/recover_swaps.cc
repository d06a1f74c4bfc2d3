#include <optional>
#include <string>
#include <vector>

#include "strata/base/error.h"
#include "strata/tree/restore/carry_out.h"
#include "strata/tree/restore/operation_area.h"
#include "strata/tree/restore/path_text.h"
#include "strata/tree/restore/swap_run.h"
#include "strata/tree/swap.h"

namespace strata::tree {

namespace {

/// Whether the swap is to be finished. The exchange of the roots is one moment: before it nothing has happened. A swap
/// of many renames goes forward once its plan is there.
bool goes_forward(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& plan, const SwapRun& run) {
  if (plan.kind != SwapPlan::Kind::kExchange) return true;
  switch (run.live_now()) {
    case SwapRun::Live::kOld:
      return false;
    case SwapRun::Live::kNew:
      return true;
    case SwapRun::Live::kNeither:
      break;
  }
  throw Error(ErrorKind::kConflict,
              "the directory " + in_quotes(root.parent.label() + "/" + root.name) +
                  " is neither the tree before nor the tree after the restore in " + in_quotes(area.label()) +
                  ": somebody replaced it; decide which tree is wanted, then move that area away");
}

std::optional<RecoveredSwap> recover(const LiveRoot& root, const vfs::Directory& workspace, OperationId operation,
                                     vfs::Privileged& privileged, Warnings& warnings) {
  const auto area = find_area(workspace, operation);
  if (!area) return std::nullopt;
  remove_temporaries(*area);
  const auto plan = load_plan(*area);
  if (plan && !plan->running) return std::nullopt;

  RecoveredSwap recovered{.operation = operation};
  if (plan) {
    recovered.was_undo = plan->is_undo();
    SwapRun run(root, *area, *plan, privileged);
    recovered.completed = goes_forward(root, *area, *plan, run);
    if (recovered.completed) {
      run.forward_as_far_as_possible(warnings);
      save_plan(*area, plan->completed());
    } else if (recovered.was_undo) {
      withdraw(*area, *plan);
    }
  }
  if (!recovered.completed && !recovered.was_undo) set_aside(workspace, operation);
  return recovered;
}

}  // namespace

std::vector<RecoveredSwap> recover_swaps(const LiveRoot& root, vfs::Privileged& privileged, Warnings& warnings) {
  std::vector<RecoveredSwap> all;
  const auto workspace = root.find_workspace();
  if (!workspace) return all;
  std::vector<std::string> failures;
  ErrorKind kind = ErrorKind::kIo;
  for (const auto operation : operations_in(*workspace)) {
    try {
      if (const auto recovered = recover(root, *workspace, operation, privileged, warnings)) all.push_back(*recovered);
    } catch (const Error& error) {
      if (failures.empty()) kind = error.kind();
      failures.push_back(error.message());
    }
  }
  if (!failures.empty()) throw Error(kind, std::move(failures));
  return all;
}

}  // namespace strata::tree
