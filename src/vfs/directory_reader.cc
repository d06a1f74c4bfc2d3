#include "strata/vfs/directory_reader.h"

#include <cerrno>

#include <dirent.h>
#include <unistd.h>

#include "strata/vfs/calls.h"

namespace strata::vfs {

namespace {

std::optional<Type> to_type(unsigned char type) {
  switch (type) {
    case DT_REG:
      return Type::kRegular;
    case DT_DIR:
      return Type::kDirectory;
    case DT_LNK:
      return Type::kSymlink;
    case DT_FIFO:
      return Type::kFifo;
    case DT_SOCK:
      return Type::kSocket;
    case DT_CHR:
      return Type::kCharDevice;
    case DT_BLK:
      return Type::kBlockDevice;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool DirectoryReader::next(Entry& entry, int& error) {
  error = 0;
  while (true) {
    if (position_ == filled_) {
      const ssize_t got = uninterrupted([&] { return kernel_->getdents64(fd_, buffer_.data(), buffer_.size()); });
      if (got < 0) error = errno;
      if (got <= 0) return false;
      filled_ = static_cast<std::size_t>(got);
      position_ = 0;
    }
    const auto* record = reinterpret_cast<const dirent64*>(buffer_.data() + position_);
    position_ += record->d_reclen;
    const std::string_view name(record->d_name);
    if (name == "." || name == "..") continue;
    entry = {record->d_name, to_type(record->d_type)};
    return true;
  }
}

bool DirectoryReader::rewind() {
  filled_ = position_ = 0;
  return kernel_->lseek(fd_, 0, SEEK_SET) == 0;
}

}  // namespace strata::vfs
