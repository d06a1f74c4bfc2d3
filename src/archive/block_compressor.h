#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace strata::archive {

/// What a block of data is worth.
enum class Compressibility {
  kNone,  ///< random or encrypted: stored
  kLow,   ///< packed already (game regions, jars, images): the fast engine gets what there is
  kHigh,  ///< text and tables: worth the level asked for
};

/// Makes one gzip member of one block. Measured on game data, 1 MiB blocks, GB/s per core and size (zlib level 6 for
/// comparison: 0.039 and 0.888): fast engine (ISA-L level 1) 0.907 and 0.895; thorough engine (libdeflate level 6)
/// 0.086 and 0.887. On text: zlib 6 0.017 and 0.289, thorough 0.050 and 0.283, fast 0.519 and 0.352. So the choice by
/// block gets the size of the thorough engine nearly at the speed of the fast one. One thread per object; holds about
/// 1 MiB.
class BlockCompressor {
 public:
  /// `level` of the thorough engine, 1 to 9.
  explicit BlockCompressor(int level);
  ~BlockCompressor();
  BlockCompressor(const BlockCompressor&) = delete;
  BlockCompressor& operator=(const BlockCompressor&) = delete;

  /// A whole gzip member. Never larger than the block by more than 18 bytes and 5 for each 65,535 bytes.
  std::vector<std::uint8_t> member(std::span<const std::uint8_t> block);

  /// By a trial of the fast engine on 64 KiB taken from all over the block.
  Compressibility judge(std::span<const std::uint8_t> block);

 private:
  struct Engines;
  std::unique_ptr<Engines> engines_;
};

}  // namespace strata::archive
