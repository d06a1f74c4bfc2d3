#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "strata/tree/entry.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/manifest.h"
#include "strata/tree/ranged_reader.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// Limits of an index (docs/formats/index.md). A record is one entry with its attributes; the block directory and the
/// restart points are what a reader holds in memory.
inline constexpr std::size_t kMaxRecordBytes = 1024 * 1024;
inline constexpr std::size_t kMaxRestartPoints = 1'000'000;
inline constexpr Bytes kMaxBlockDirectoryBytes = 64 * 1024 * 1024;

/// One point where decoding of a compressed carrier can start.
struct RestartPoint {
  Bytes decoded = 0;  ///< offset in the decoded stream
  Bytes stored = 0;   ///< offset in the stored bytes
};

/// Builds the *index* of a backup: file list, restart points, manifest, footer, in one blob that is carried by the
/// archive's tail or a sidecar `U.index` (docs/formats/index.md).
///
/// The list is ordered by (directory, name): all children of a directory stand together, so that one page of a browse
/// is one block. Entries arrive in walk order; sorted runs spill to an unlinked file past 16 MiB, so memory is bounded
/// for any number of entries. Blocks hold 64 KiB decoded, zstd-compressed, each with a checksum; a block directory with
/// the first key of each block, the restart points, the manifest and a fixed-size footer end the blob. One thread.
class IndexWriter {
 public:
  static constexpr Bytes kDefaultMemory = 16 * 1024 * 1024;

  /// `spill` is where unnamed spill files are made (the backup directory). Must outlive this. `memory` is how much list
  /// is held before it spills; the finished blob spills past the same amount.
  explicit IndexWriter(const vfs::Directory& spill, Bytes memory = kDefaultMemory);
  ~IndexWriter();

  /// In any order. A path added twice counts once: the later entry holds, as in archives. kInvalid for what an Entry
  /// may not be (a fifo, a link target on a file); kTooLarge past kMaxRecordBytes for one entry.
  void add(const Entry& entry);
  /// In rising order of both offsets, else kInternal. Past kMaxRestartPoints every other one but the last is dropped:
  /// decoding then starts a little earlier.
  void add_restart_point(const RestartPoint& point);

  /// Completes totals, list digest and root hash in `manifest` and seals the blob; it stays valid as long as this
  /// object. Nothing may be called afterwards.
  const RangedReader& finish(Manifest& manifest);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Reads an index blob: one read of the tail (footer, manifest, directory), then one block per lookup, kept in a small
/// cache. Everything is checked (kCorrupt) and limited. Any thread.
class IndexReader {
 public:
  /// `blob` is the whole blob, nothing before or after.
  explicit IndexReader(std::shared_ptr<const RangedReader> blob);
  ~IndexReader();

  const Manifest& manifest() const;
  const std::vector<RestartPoint>& restart_points() const;
  std::optional<Entry> find(const vfs::Path& path) const;
  std::vector<Entry> list(const vfs::Path& directory, std::string_view after, std::size_t limit) const;

  /// Every entry in list order, bounded memory; false from the callback stops. Ends with a check of the list digest.
  void for_each(const std::function<bool(const Entry&)>& visit) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::tree
