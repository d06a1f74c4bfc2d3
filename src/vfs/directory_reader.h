#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "strata/vfs/file.h"

namespace strata::vfs {

/// Internal to this room: the names in an open directory, one after the other, in constant memory. `fd` is borrowed and
/// must have an offset of its own (be opened for this), because getdents64 moves it.
class DirectoryReader {
 public:
  struct Entry {
    const char* name;  ///< valid until the next call of next()
    std::optional<Type> type;
  };

  DirectoryReader(Kernel& kernel, int fd) : kernel_(&kernel), fd_(fd) {}

  /// The next entry except "." and ".."; false at the end or, with `error` set to errno, on failure.
  bool next(Entry& entry, int& error);

  /// Starts again from the first name. False with errno set on failure.
  bool rewind();

 private:
  Kernel* kernel_;
  int fd_;
  std::size_t filled_ = 0;
  std::size_t position_ = 0;
  alignas(8) std::array<char, 32768> buffer_;
};

}  // namespace strata::vfs
