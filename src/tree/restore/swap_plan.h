#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// Names in an operation's area (docs/formats/restore-workspace.md).
inline constexpr std::string_view kTreeName = "tree";      ///< the tree that is not live: staged, later the undo
inline constexpr std::string_view kPlanName = "plan";      ///< absent: nothing but a staging
inline constexpr std::string_view kParkedName = "parked";  ///< an entry on its way, where exchange is not supported

/// The durable word about a swap: what it is and whether it is under way. Published whole, so it is always one of its
/// states. A value.
///
/// The first generation is the restore, the second its undo, the third the undo of that, and so on: each makes new step
/// lists and leaves those before it, which taking back a merge reads.
struct SwapPlan {
  static constexpr std::uint32_t kVersion = 1;

  enum class Kind {
    kExchange,  ///< the whole root in one step
    kContents,  ///< top-level names one by one
    kMerge,     ///< entries that the backup has, one by one
  };

  OperationId operation;
  Kind kind = Kind::kExchange;
  std::uint32_t generation = 1;
  bool running = true;          ///< false: the swap is complete and the tree in the area is an undo
  bool atomic_exchange = true;  ///< whether the file system has RENAME_EXCHANGE
  bool keep_ignored = false;
  bool has_kept = false;  ///< there is a second list
  std::string ignored;    ///< text of the backup's rules
  Timestamp started{};    ///< of the latest swap
  Timestamp made{};       ///< when the tree in the area was taken out of use
  Timestamp expires{};
  std::chrono::hours keep_undo{24};

  bool is_undo() const { return generation > 1; }
  bool tree_is_restored() const { return generation % 2 == 0; }  ///< once complete: the undone restore is in the area
  std::string places_name() const;                               ///< step list of the swap itself
  std::string kept_name() const;                                 ///< step list of the kept entries, after it

  /// The plan when the swap is complete: the undo's time starts.
  SwapPlan completed() const;
  /// The plan before an undo was begun; its time goes on as it was. Only for is_undo().
  SwapPlan before_undo() const;

  std::string encode() const;
  /// kCorrupt when the checksum does not hold, kInvalid for a newer version; `where` says which plan.
  static SwapPlan decode(std::string_view text, const std::string& where);
};

/// nullopt when the area has no plan: a staging that never came to its swap.
std::optional<SwapPlan> load_plan(const vfs::Directory& area);

/// Durable when it returns. When it throws the plan is the old or the new one.
void save_plan(const vfs::Directory& area, const SwapPlan& plan);

}  // namespace strata::tree
