#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "strata/tree/ranged_reader.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// Internal to this room: bytes that are appended once and read back, in memory up to a bound, beyond that in an
/// unnamed file, which the system removes whatever happens to us. Reading is for any thread when appending has ended.
class SpillBuffer final : public RangedReader {
 public:
  /// `directory` is where the file is made if one is needed, and must outlive this. `memory` 0: always a file.
  SpillBuffer(const vfs::Directory& directory, Bytes memory) : directory_(directory), memory_(memory) {}

  void append(std::string_view bytes);

  Bytes size() const override { return size_; }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  const vfs::Directory& directory_;
  const Bytes memory_;
  std::string buffer_;
  std::optional<vfs::File> file_;
  Bytes size_ = 0;
};

}  // namespace strata::tree
