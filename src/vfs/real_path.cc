#include "strata/vfs/real_path.h"

#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::vfs {

std::string real_path(const Directory& directory) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = directory.kernel().readlinkat(
      AT_FDCWD, fmt::format("/proc/self/fd/{}", directory.fd()).c_str(), buffer.data(), buffer.size());
  if (length < 0) throw_system_error(errno, fmt::format("finding out where {} is", directory.label()));
  std::string path(buffer.data(), static_cast<std::size_t>(length));
  if (path.ends_with(" (deleted)") || path.size() == buffer.size())
    throw Error(ErrorKind::kNotFound, fmt::format("{} is not there any more", directory.label()));
  return path;
}

}  // namespace strata::vfs
