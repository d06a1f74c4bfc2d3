#include "strata/tree/readers.h"

#include <algorithm>

#include "strata/base/error.h"

namespace strata::tree {

namespace {

/// How much of `wanted` lies before the end of `size` bytes.
std::size_t available(Bytes size, Bytes offset, std::size_t wanted) {
  return offset >= size ? 0 : static_cast<std::size_t>(std::min<Bytes>(size - offset, wanted));
}

}  // namespace

FileReader::FileReader(vfs::File file) : file_(std::move(file)), size_(file_.stat().size) {}

std::size_t FileReader::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  return file_.read_at(offset, out.first(available(size_, offset, out.size())));
}

std::size_t MemoryReader::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  const std::size_t count = available(bytes_.size(), offset, out.size());
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(count == 0 ? 0 : offset), count, out.begin());
  return count;
}

SectionReader::SectionReader(std::shared_ptr<const RangedReader> whole, Bytes offset, Bytes size)
    : whole_(std::move(whole)), offset_(offset), size_(size) {
  if (offset > whole_->size() || size > whole_->size() - offset) {
    throw Error(ErrorKind::kCorrupt, "a part of the stored bytes is said to lie beyond their end");
  }
}

std::size_t SectionReader::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  return whole_->read_at(offset_ + std::min(offset, size_), out.first(available(size_, offset, out.size())));
}

void read_exactly(const RangedReader& reader, Bytes offset, std::span<std::uint8_t> out, std::string_view what) {
  const std::size_t count = reader.read_at(offset, out);
  if (count != out.size()) throw Error(ErrorKind::kCorrupt, std::string(what) + " is cut off");
}

}  // namespace strata::tree
