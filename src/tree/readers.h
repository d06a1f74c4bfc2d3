#pragma once

#include <memory>
#include <string>

#include "strata/tree/ranged_reader.h"
#include "strata/vfs/file.h"

namespace strata::tree {

/// An open file, at the size it had when this was made. A file that got shorter since gives a short read.
class FileReader final : public RangedReader {
 public:
  explicit FileReader(vfs::File file);
  Bytes size() const override { return size_; }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  vfs::File file_;
  Bytes size_;
};

/// Bytes in memory.
class MemoryReader final : public RangedReader {
 public:
  explicit MemoryReader(std::string bytes) : bytes_(std::move(bytes)) {}
  Bytes size() const override { return bytes_.size(); }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  std::string bytes_;
};

/// A part of another reader: a member of an archive, the index in an archive's tail.
class SectionReader final : public RangedReader {
 public:
  /// Throws kCorrupt when the part does not lie inside `whole`: offsets come from stored bytes.
  SectionReader(std::shared_ptr<const RangedReader> whole, Bytes offset, Bytes size);
  Bytes size() const override { return size_; }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  std::shared_ptr<const RangedReader> whole_;
  Bytes offset_;
  Bytes size_;
};

/// Reads exactly `out.size()` bytes or throws kCorrupt saying that `what` is cut off.
void read_exactly(const RangedReader& reader, Bytes offset, std::span<std::uint8_t> out, std::string_view what);

}  // namespace strata::tree
