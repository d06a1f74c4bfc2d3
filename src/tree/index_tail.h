#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "strata/tree/index_format.h"
#include "strata/tree/ranged_reader.h"

/// Internal to this room: what follows the blocks of an index (docs/formats/index.md): block directory, restart points,
/// ignore rules that did not fit into the manifest, manifest, footer.
namespace strata::tree {

/// One block of the list.
struct BlockInfo {
  std::string first_path;
  Bytes offset = 0;  ///< in the blob; blocks stand one after the other from 0
  std::uint32_t stored = 0;
  std::uint32_t decoded = 0;
  ShortChecksum checksum{};  ///< of the stored bytes
};

/// What stands behind the blocks, in memory.
struct IndexTail {
  std::uint64_t entries = 0;
  std::vector<BlockInfo> blocks;
  std::vector<RestartPoint> restart_points;
  Manifest manifest;

  /// The bytes that follow the blocks. kTooLarge when the block directory exceeds its limit.
  std::string encode() const;

  /// One read of the last 256 KiB of the blob; a second one when the tail is longer. kCorrupt; kInvalid names a newer
  /// version.
  static IndexTail read(const RangedReader& blob);
};

}  // namespace strata::tree
