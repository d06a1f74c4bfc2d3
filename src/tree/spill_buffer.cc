#include "strata/tree/spill_buffer.h"

#include <algorithm>

#include "strata/base/encoding.h"

namespace strata::tree {

void SpillBuffer::append(std::string_view bytes) {
  if (!file_ && size_ + bytes.size() > memory_) {
    file_ = directory_.create_unnamed();
    file_->write(as_bytes(buffer_));
    buffer_ = std::string();
  }
  if (file_) {
    file_->write(as_bytes(bytes));
  } else {
    buffer_ += bytes;
  }
  size_ += bytes.size();
}

std::size_t SpillBuffer::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  if (file_) return file_->read_at(offset, out);
  if (offset >= size_) return 0;
  const auto count = static_cast<std::size_t>(std::min<Bytes>(size_ - offset, out.size()));
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
  return count;
}

}  // namespace strata::tree
