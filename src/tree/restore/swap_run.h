#pragma once

#include <functional>
#include <string>

#include "strata/tree/live_root.h"
#include "strata/tree/restore/mover.h"
#include "strata/tree/restore/step_list.h"
#include "strata/tree/restore/swap_plan.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/privileged.h"

namespace strata::tree {

/// Carries out the steps of a plan, or takes them back. Every step looks first how far it came: the area's tree is
/// reached by nobody else, so what is there tells whether a step was done, and a run that was cut off anywhere can be
/// run again. The live tree is hostile ground: it is only reached beneath held descriptors, and a step takes along
/// whatever is at its live place by now. One thread.
class SwapRun {
 public:
  /// All references must outlive this.
  SwapRun(const LiveRoot& root, const vfs::Directory& area, const SwapPlan& plan, vfs::Privileged& privileged);

  /// Does what is not done yet; durable when it returns.
  void forward();

  /// The same after a crash: a step whose folder was removed or replaced by a link meanwhile is left out with a warning
  /// (nothing is lost: what was to move stays in the area), so a tenant cannot keep a swap unfinished for ever.
  void forward_as_far_as_possible(Warnings& warnings);

  /// Takes back what was done; durable when it returns.
  void backward();

  /// Whether every step of the swap itself is done (kept entries come after it).
  bool places_done() const;

  /// kExchange: which tree is at the live place.
  enum class Live { kOld, kNew, kNeither };
  Live live_now() const;

 private:
  using EachStep = std::function<void(const Step&, const Place& live, const Place& tree)>;

  void each(const std::string& list, Step::Kind kind, const EachStep& act) const;
  void run_places(const std::string& list, Mover::Direction direction, Warnings* lenient);
  void run_attributes(Mover::Direction direction);
  void run_forward(Warnings* lenient);
  void apply(const Place& place, const Attributes& wanted);
  void sync_places() const;

  const LiveRoot& root_;
  const vfs::Directory& area_;
  const SwapPlan& plan_;
  vfs::Privileged& privileged_;
  bool attributes_changed_ = false;
};

}  // namespace strata::tree
