#include "strata/vfs/real_path.h"

#include <array>
#include <cerrno>

#include <fcntl.h>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"

namespace strata::vfs {

std::string real_path(const Directory& directory) {
  const std::string held = "/proc/self/fd/" + std::to_string(directory.fd());
  std::array<char, kMaxPathBytes> buffer;
  const ssize_t length = uninterrupted(
      [&] { return directory.kernel().readlinkat(AT_FDCWD, held.c_str(), buffer.data(), buffer.size()); });
  if (length < 0) throw_system_error(errno, "finding out where " + quoted(directory.label()) + " is");
  // Asked after the name was read: a directory that still has links had that name. The text the kernel appends to the
  // name of a removed one would not tell it from a directory that is called so.
  if (directory.stat({}).links == 0 || static_cast<std::size_t>(length) == buffer.size()) {
    throw Error(ErrorKind::kNotFound, quoted(directory.label()) + " is not there any more");
  }
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace strata::vfs
