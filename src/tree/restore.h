#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/privileged.h"

namespace strata::tree {

/// Who owns restored files.
struct OwnerRule {
  enum class Kind {
    kServer,    ///< the node's user for servers: uid and gid below
    kPreserve,  ///< what the backup recorded (root only; else recorded, not restored, one warning)
    kProcess,   ///< whoever we are: nothing is changed
  };
  Kind kind = Kind::kProcess;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// How the staged tree becomes the live one.
enum class SwapKind {
  kExchange,  ///< live root is a plain directory (or its own subvolume): renameat2 EXCHANGE with the staged root
  kContents,  ///< live root cannot be renamed (mount point, dataset, other device parent): journaled top-level renames
              ///< inside it
};

/// Where the live tree is.
struct LiveRoot {
  vfs::Directory parent;  ///< directory that holds the root
  std::string name;       ///< the root's name in it
  SwapKind swap = SwapKind::kExchange;
  /// Folder that holds the staging and undo areas of this root: root-owned, 0700, on the same file system: a sibling
  /// `.strata-restore` of the root for kExchange, `.strata-restore` inside the root for kContents (never listed, backed
  /// up or served).
  vfs::Directory workspace() const;
};
inline constexpr std::string_view kWorkspaceName = ".strata-restore";

/// Finds out which swap a root needs. `absolute_path` comes from the node's own configuration.
LiveRoot inspect_live_root(vfs::Kernel& kernel, const std::string& absolute_path);

/// A restore in the making: files are written into `<workspace>/<operation>/root`, hashed while written, and compared
/// with what the backup recorded; the live tree is not touched by anything here. Files get their final mode, times,
/// links, attributes and owner in staging; links are made last; directory times at the end. One thread.
class Staging {
 public:
  /// Makes the area; kConflict when this operation has one already (recovery removes or finishes it first).
  Staging(const LiveRoot& root, OperationId operation, OwnerRule owner, vfs::Privileged& privileged,
          Warnings& warnings);
  ~Staging();  // leaves the area on disk: discard() or the swap end it

  /// Adds one entry; `content` gives the bytes of a regular file. `expected` (from the backup's index) is compared:
  /// size and hash must match or kCorrupt names the path. Missing parents are made with mode 0755 (foreign archives).
  void add(const Entry& entry, EntryStream& content, const std::optional<ContentHash>& expected);
  /// All entries of a stream. `expected` finds the recorded entry, or nullptr when the backup has no index; `on_bytes`
  /// is progress.
  void add_all(EntryStream& stream, const std::function<std::optional<Entry>(const vfs::Path&)>* expected,
               const std::function<void(Bytes)>& on_bytes, const std::stop_token& stop);
  /// Links, directory times; then syncfs: the staged tree is durable when this returns.
  void seal();
  /// Removes the area. Absent is success.
  void discard();

  const vfs::Directory& directory() const;  ///< the staged root
  std::uint64_t entries() const;
  Bytes bytes() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// What is known of an undo area.
struct Undo {
  OperationId operation;
  Timestamp made;
  Timestamp expires;
  Bytes bytes = 0;  ///< content of regular files; 0 when not counted yet
};

struct SwapOptions {
  bool replace = true;       ///< false: merge (truncate_directory=false): what the backup lacks stays
  bool keep_ignored = true;  ///< replace: live files that match the backup's ignore rules move over
  IgnoreRules ignored;       ///< the backup's rules
  Timestamp now{};
  std::chrono::hours keep_undo{24};
};

/// The atomic part and its recovery. All methods leave durable marks in the workspace (`<operation>/plan`) before they
/// touch anything, so that a crash at any instant is finished forward or rolled back by recover_swaps(): the live tree
/// is all old or all new. Replace: keep-ignored files are moved by a journaled list, then exchange (or journaled
/// top-level renames for kContents); the old tree becomes `<operation>/undo`. Merge: the list of entries is fsynced,
/// then each existing entry is exchanged with its staged twin, so staging becomes the undo. One thread per root (the
/// caller holds the server's lock and has stopped it).
void swap_in(const LiveRoot& root, Staging& staging, const SwapOptions& options);

/// Puts the old tree back with the same mechanism; the tree that is replaced becomes the new undo (so undo can be
/// undone). kNotFound when there is none, or it expired.
void undo_swap(const LiveRoot& root, OperationId operation, Timestamp now);

std::vector<Undo> list_undos(const LiveRoot& root);
/// Removes undo areas past their time. `busy` says whether a process still holds the area (then it stays until the next
/// round).
void remove_expired_undos(const LiveRoot& root, Timestamp now, const std::function<bool(const vfs::Directory&)>& busy);

/// What recovery did for an operation that a crash interrupted.
struct RecoveredSwap {
  OperationId operation;
  bool live_is_new =
      false;  ///< true: rolled forward, the restore happened; false: the old tree is live, staging removed
};

/// At start, per root, before anything else touches it. Idempotent.
std::vector<RecoveredSwap> recover_swaps(const LiveRoot& root);

}  // namespace strata::tree
