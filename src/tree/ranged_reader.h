#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "strata/base/units.h"

namespace strata::tree {

/// Bytes of a known number that can be read from anywhere: a file, a range of a file, an object of a store, one file
/// inside an archive. Reads are verified where the carrier can (kCorrupt). Any thread may call read_at at the same
/// time.
class RangedReader {
 public:
  virtual ~RangedReader() = default;
  virtual Bytes size() const = 0;

  /// Fills `out` from `offset`; the count is short only at the end, 0 at or past it.
  virtual std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const = 0;
};

}  // namespace strata::tree
