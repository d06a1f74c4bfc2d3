#pragma once

#include <memory>
#include <mutex>

#include "strata/archive/gunzip.h"
#include "strata/base/units.h"
#include "strata/tree/ranged_reader.h"

namespace strata::archive {

/// The decoded stream of a gzip file without restart points (another tool's): reading on costs nothing, reading back
/// decodes from the start again. Any thread; readers wait for each other.
class RewindingGunzip final : public tree::RangedReader {
 public:
  /// `size` is the length of the decoded stream, known from an earlier pass.
  RewindingGunzip(std::shared_ptr<const tree::RangedReader> stored, Bytes size, GunzipLimits limits)
      : stored_(std::move(stored)), size_(size), limits_(limits) {}

  Bytes size() const override { return size_; }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  struct Pass;
  const std::shared_ptr<const tree::RangedReader> stored_;
  const Bytes size_;
  const GunzipLimits limits_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<Pass> pass_;  ///< guarded by mutex_
};

}  // namespace strata::archive
