#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/tree/swap.h"
#include "strata/tree/undo.h"
#include "strata/vfs/kernel_fake.h"

namespace strata::tree {
namespace {

enum class Way { kExchange, kContents, kWithoutExchange };

/// One thing that may be interrupted.
struct Operation {
  std::string name;
  Way way;
  SwapOptions options;
  bool undo = false;
};

/// A file, a folder and a type changed, one entry of each only in one of the trees, ignored entries at the top, in a
/// folder of both and in one that only the old tree has, and a folder that has to be opened up to be moved.
SampleTree old_tree() {
  SampleTree tree;
  tree.file("both", "old").directory("closed", 0555).file("closed/inside", "x");
  tree.directory("folder").file("folder/both", "old").file("folder/ignored.log", "kept").file("folder/old", "old");
  tree.file("ignored.log", "kept").directory("old-only").file("old-only/ignored.log", "kept");
  tree.directory("turns").file("turns/inside", "old");
  return tree;
}

SampleTree new_tree() {
  SampleTree tree;
  tree.file("both", "new").directory("folder", 0750).file("folder/both", "new").directory("folder/new", 0500);
  tree.link("new", "both").file("turns", "a file now");
  return tree;
}

/// A fresh server on which the operation is about to be made, and a kernel that may fail it.
class Trial {
 public:
  explicit Trial(const Operation& operation)
      : operation_(operation),
        ground_(operation.way == Way::kContents ? std::optional(SwapKind::kContents) : std::nullopt) {
    if (operation.way == Way::kWithoutExchange) {
      kernel_.refuse_rename_flags();
      healthy_.refuse_rename_flags();
    }
    ground_.begin_with(old_tree());
    root_ = ground_.root(kernel_);
    staging_ = ground_.stage(root_, new_tree());
    options_ = operation.options;
    options_.now = ground_.now;
    if (!operation.undo) return;
    swap_in(root_, *staging_, options_);
    ground_.now += std::chrono::hours(1);
  }

  vfs::FaultKernel& kernel() { return kernel_; }
  Picture live() const { return ground_.live(); }

  void run() {
    if (operation_.undo) {
      undo_swap(root_, ground_.operation, ground_.now, ground_.privileged, ground_.warnings);
    } else {
      swap_in(root_, *staging_, options_);
    }
  }

  /// What a new process does.
  std::vector<RecoveredSwap> recover(vfs::Kernel& kernel) {
    return recover_swaps(ground_.root(kernel), ground_.privileged, ground_.warnings);
  }
  std::vector<RecoveredSwap> recover() { return recover(healthy_); }

  /// What list_undos() says about whether the operation happened.
  bool happened() {
    const auto undos = list_undos(ground_.root(healthy_));
    if (operation_.undo) return !undos.empty() && undos.front().holds_restored;
    return !undos.empty();
  }

  std::set<std::string> leftovers() {
    empty_trash(ground_.root(healthy_), {});
    std::set<std::string> names;
    for (const auto& name : ground_.workspace_names()) {
      if (name != ground_.operation.text()) names.insert(name);
      const auto workspace = ground_.root(healthy_).workspace();
      for (const auto& inside : workspace.list(vfs::Path() / name)) {
        const std::string_view inner = inside.name;
        const bool known =
            inner == "tree" || inner == "plan" || inner.starts_with("places-") || inner.starts_with("kept-");
        if (!known) names.insert(inside.name);
      }
    }
    return names;
  }

 private:
  const Operation& operation_;
  RestoreGround ground_;
  vfs::PosixKernel real_;
  vfs::FaultKernel kernel_{real_};
  vfs::FaultKernel healthy_{real_};
  LiveRoot root_;
  std::unique_ptr<Staging> staging_;
  SwapOptions options_;
};

class RecoverSwaps : public testing::TestWithParam<Operation> {
 protected:
  RecoverSwaps() {
    Trial trial(GetParam());
    before_ = trial.live();
    trial.run();
    after_ = trial.live();
    EXPECT_NE(before_, after_);
  }

  /// After an interruption and a recovery: all old or all new, and every witness says the same.
  void expect_whole(Trial& trial, const std::vector<RecoveredSwap>& recovered, const std::string& when) {
    const bool happened = trial.happened();
    EXPECT_EQ(differences(happened ? after_ : before_, trial.live()), "") << when;
    for (const auto& one : recovered) {
      EXPECT_EQ(one.completed, happened) << when;
      EXPECT_EQ(one.was_undo, GetParam().undo) << when;
    }
    EXPECT_EQ(trial.leftovers(), std::set<std::string>()) << when;
    EXPECT_TRUE(trial.recover().empty()) << when << ": recovery is not idempotent";
  }

  Picture before_;
  Picture after_;
};

/// Not every combination: a loop over all system calls of one takes a second.
std::vector<Operation> operations() {
  const SwapOptions keeping{.ignored = IgnoreRules::parse({"*.log"})};
  const SwapOptions merge{.replace = false};
  return {
      {"replace_by_exchange", Way::kExchange, {}},
      {"replace_keeping_ignored_by_exchange", Way::kExchange, keeping},
      {"replace_keeping_ignored_by_contents", Way::kContents, keeping},
      {"replace_keeping_ignored_without_exchange", Way::kWithoutExchange, keeping},
      {"merge", Way::kExchange, merge},
      {"merge_without_exchange", Way::kWithoutExchange, merge},
      {"undo_of_replace_by_exchange", Way::kExchange, keeping, true},
      {"undo_of_replace_by_contents", Way::kContents, keeping, true},
      {"undo_of_merge", Way::kExchange, merge, true},
  };
}

INSTANTIATE_TEST_SUITE_P(Each, RecoverSwaps, testing::ValuesIn(operations()),
                         [](const auto& test) { return test.param.name; });

TEST_P(RecoverSwaps, a_failed_system_call_leaves_the_old_tree_or_a_swap_that_recovery_completes) {
  for (std::size_t n = 1;; ++n) {
    Trial trial(GetParam());
    trial.kernel().reset();
    trial.kernel().fail_call(n, EIO);
    std::string failure;
    try {
      trial.run();
    } catch (const Error& error) {
      failure = error.message();
    }
    const std::string when = "call " + std::to_string(n) + ": " + failure;
    // One fault leaves the way back open.
    EXPECT_EQ(differences(failure.empty() ? after_ : before_, trial.live()), "") << when;
    expect_whole(trial, trial.recover(), when);
    if (!trial.kernel().fault_happened()) break;
    ASSERT_LT(n, 5000u);
  }
}

TEST_P(RecoverSwaps, a_crash_at_any_system_call_leaves_all_old_or_all_new) {
  for (std::size_t n = 1;; ++n) {
    Trial trial(GetParam());
    trial.kernel().reset();
    trial.kernel().cut_power_at(n);
    const std::string when = "crash at call " + std::to_string(n);
    try {
      trial.run();
    } catch (const Error&) {
    }
    if (!trial.kernel().fault_happened()) break;
    expect_whole(trial, trial.recover(), when);
    ASSERT_LT(n, 5000u);
  }
}

TEST_P(RecoverSwaps, a_crash_during_recovery_is_recovered_from) {
  // Every pair of crashes would be thousands of trials; these strides share no factor with the loops they sample.
  constexpr std::size_t kCrashStride = 31;
  constexpr std::size_t kRecoveryStride = 11;
  for (std::size_t n = 7;; n += kCrashStride) {
    for (std::size_t m = 1 + n % kRecoveryStride;; m += kRecoveryStride) {
      Trial trial(GetParam());
      trial.kernel().reset();
      trial.kernel().cut_power_at(n);
      try {
        trial.run();
      } catch (const Error&) {
      }
      if (!trial.kernel().fault_happened()) return;
      vfs::PosixKernel real;
      vfs::FaultKernel second(real);
      if (GetParam().way == Way::kWithoutExchange) second.refuse_rename_flags();
      second.cut_power_at(m);
      try {
        trial.recover(second);
      } catch (const Error&) {
      }
      expect_whole(trial, trial.recover(),
                   "crash at call " + std::to_string(n) + ", recovery at call " + std::to_string(m));
      if (!second.fault_happened()) break;
    }
  }
}

}  // namespace
}  // namespace strata::tree
