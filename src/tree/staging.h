#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>

#include "strata/base/id.h"
#include "strata/base/units.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/index.h"
#include "strata/tree/live_root.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/privileged.h"

namespace strata::tree {

/// Who owns restored files.
struct OwnerRule {
  enum class Kind {
    kServer,    ///< the node's user for servers: uid and gid below
    kPreserve,  ///< what the backup recorded
    kProcess,   ///< whoever we are: nothing is changed
  };
  Kind kind = Kind::kProcess;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// Beyond these a restore ends with kTooLarge: a backup may come from anywhere (spec/reliability 2.4).
struct StagingLimits {
  std::uint64_t entries = 10'000'000;
  Bytes bytes = std::numeric_limits<Bytes>::max();  ///< content of regular files
};

/// A restore in the making: entries are written into the operation's area of the workspace, hashed while written and
/// compared with what the backup recorded. Nothing here touches the live tree. One thread.
///
/// Order of calls: add or add_all, verify_complete when the backup has an index, seal, then swap_in (swap.h); or
/// discard at any time.
///
/// What is restored: content, mode, nanosecond mtime, literal link targets, hard links (by the identity the backup
/// recorded, only within the staged tree), holes, extended attributes of "user." and POSIX ACLs, owners after the rule.
/// What is not, with one warning for each entry: setuid and setgid unless the rule is kPreserve and owners can be
/// changed; other extended attributes; attributes the file system refuses. Owners that cannot be changed here give one
/// warning for the whole restore. Symbolic links are made last, modes, times and attributes of directories after
/// everything that is in them, so nothing is ever written through a restored link or fails on a restored mode.
class Staging {
 public:
  /// Makes the area; kConflict when this operation has one already (recovery ends it first). All references must
  /// outlive this.
  Staging(const LiveRoot& root, OperationId operation, OwnerRule owner, vfs::Privileged& privileged, Warnings& warnings,
          StagingLimits limits = {});
  ~Staging();  ///< leaves the area on disk: discard() or a swap ends it

  /// Adds one entry; `content` gives the bytes of a regular file. `recorded` is what the backup's index says of this
  /// path: type, size, hash and link target must agree or kCorrupt names the path, and its other fields win over the
  /// stream's. A directory may come twice (the later one counts), anything else that comes twice is kCorrupt, and so is
  /// a hard link to what was not staged before. Missing parents are made with mode 0755 (foreign archives).
  void add(const Entry& entry, EntryStream& content, const Entry* recorded = nullptr);

  /// What the backup recorded of a path; an empty function when it recorded nothing (foreign archives).
  using Recorded = std::function<std::optional<Entry>(const vfs::Path&)>;
  /// Adds all entries of a stream. With `recorded`, an entry it does not know is kCorrupt. `on_bytes` is progress (may
  /// be empty): content bytes since the last call.
  void add_all(EntryStream& stream, const Recorded& recorded, const std::function<void(Bytes)>& on_bytes,
               const std::stop_token& stop);

  /// Compares the staged tree with the whole index: every entry it knows is there with its type, size and link target,
  /// and nothing else was staged. kCorrupt says what is missing. Before seal().
  void verify_complete(const IndexReader& index);

  /// Links, then attributes of directories, then syncfs: the staged tree is durable when this returns.
  void seal();

  /// Removes the area; absent is success. An area whose swap has begun is left alone: recovery or its expiry ends it.
  void discard();

  const vfs::Directory& directory() const;  ///< the staged root
  std::uint64_t entries() const;            ///< added so far; parents that were made on the way do not count
  Bytes bytes() const;                      ///< content of regular files written so far

  // What swap_in() needs to know.
  OperationId operation() const;
  const vfs::Directory& area() const;  ///< the operation's folder in the workspace
  bool sealed() const;
  Warnings& warnings() const;
  vfs::Privileged& privileged() const;
  /// True for a directory that was made on the way to an entry: the backup says nothing about its attributes.
  bool is_implied(const vfs::Stat& directory) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::tree
