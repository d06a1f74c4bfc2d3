#pragma once

#include <memory>
#include <vector>

#include "strata/base/units.h"
#include "strata/tree/index.h"
#include "strata/tree/ranged_reader.h"

namespace strata::archive {

/// The decoded stream of a ParallelGzip file, readable from anywhere: a read costs the blocks it touches. Each block is
/// one read of the carrier, checked by its length and CRC-32 (kCorrupt), and the last few stay decoded. Any thread.
class GzipBlocks final : public tree::RangedReader {
 public:
  static constexpr std::size_t kCachedBlocks = 4;
  /// Decoded bytes between two points: indexes of huge archives keep fewer points than blocks.
  static constexpr Bytes kMaxSpan = 32 * 1024 * 1024;

  /// `points` as ParallelGzip gave them, the end included; kCorrupt when they are not in order or too far apart.
  GzipBlocks(std::shared_ptr<const tree::RangedReader> stored, std::vector<tree::RestartPoint> points);
  ~GzipBlocks() override;

  Bytes size() const override;
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::archive
