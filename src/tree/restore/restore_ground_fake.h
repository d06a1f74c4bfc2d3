#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "strata/tree/live_root.h"
#include "strata/tree/restore/sample_tree_fake.h"
#include "strata/tree/staging.h"
#include "strata/tree/swap.h"
#include "strata/tree/undo.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/kernel.h"
#include "strata/vfs/privileged.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {

/// A server to restore: `<temporary>/servers/alpha`, with what is needed around it. On a tmpfs where there is one, so
/// that loops over every system call do not wait for a disk.
class RestoreGround {
 public:
  /// `forced`: another swap than the one inspect_live_root() finds.
  explicit RestoreGround(std::optional<SwapKind> forced = std::nullopt);

  /// The live tree as it is before anything.
  void begin_with(const SampleTree& tree);

  LiveRoot root(vfs::Kernel& kernel) const;
  LiveRoot root() const { return root(kernel_); }

  /// Stages and seals.
  std::unique_ptr<Staging> stage(const LiveRoot& live, const SampleTree& backup) const;
  std::unique_ptr<Staging> stage(const SampleTree& backup) const { return stage(root(), backup); }

  std::vector<RecoveredSwap> recover() const { return recover_swaps(root(), privileged, warnings); }

  std::string live_path(std::string_view below = {}) const;
  std::string servers_path() const { return temporary_.path("servers"); }
  std::string path(std::string_view below) const { return temporary_.path(below); }
  Picture live() const { return picture_of(live_path()); }

  /// Names in the workspace of the root; empty when there is none.
  std::vector<std::string> workspace_names() const;

  static constexpr std::string_view kServer = "alpha";
  OperationId operation = *OperationId::parse("0b7f3f4e-6d0e-4a53-9d7a-00000000000a");
  Timestamp now{std::chrono::seconds{1'790'000'000}};
  mutable vfs::InProcessPrivileged privileged;
  mutable Warnings warnings;

 private:
  std::optional<SwapKind> forced_;
  vfs::TemporaryDirectory temporary_;
  mutable vfs::PosixKernel kernel_;
};

}  // namespace strata::tree
