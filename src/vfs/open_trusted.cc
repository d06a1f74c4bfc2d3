#include <algorithm>

#include <fcntl.h>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"
#include "strata/vfs/directory.h"

namespace strata::vfs {

namespace {

void check_absolute(const std::string& path) {
  if (!path.starts_with('/') || path.find('\0') != std::string::npos || path.size() >= kMaxPathBytes) {
    throw Error(ErrorKind::kInvalid, quoted(path) + " is not an absolute path of fewer than 4096 bytes");
  }
}

/// The node's own configuration may lead through links (/var/run, a data directory moved to another disk).
int open_following(Kernel& kernel, int directory, const char* path, std::uint64_t flags) {
  open_how how{};
  how.flags = flags | O_DIRECTORY | O_CLOEXEC;
  return uninterrupted([&] { return kernel.openat2(directory, path, how); });
}

Descriptor open_step(Kernel& kernel, int directory, const std::string& name, std::uint64_t flags,
                     const std::string& whole) {
  const int fd = open_following(kernel, directory, name.c_str(), flags);
  if (fd < 0) throw_open_error(errno, "opening directory", quoted(whole));
  return Descriptor(kernel, fd);
}

void sync_step(Kernel& kernel, int directory, const std::string& whole) {
  const Descriptor readable = open_step(kernel, directory, ".", O_RDONLY, whole);
  if (kernel.fsync(readable.fd()) < 0) throw_system_error(errno, "syncing directory " + quoted(whole));
}

}  // namespace

Directory Directory::open_trusted(Kernel& kernel, const std::string& absolute_path) {
  check_absolute(absolute_path);
  return Directory(open_step(kernel, AT_FDCWD, absolute_path, O_RDONLY, absolute_path), absolute_path);
}

Directory Directory::create_trusted(Kernel& kernel, const std::string& absolute_path) {
  check_absolute(absolute_path);
  Descriptor current = open_step(kernel, AT_FDCWD, "/", O_PATH, absolute_path);
  std::string_view rest(absolute_path);
  while (!rest.empty()) {
    const std::string name(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (name.empty()) continue;
    const int existing = open_following(kernel, current.fd(), name.c_str(), O_PATH);
    if (existing >= 0) {
      current = Descriptor(kernel, existing);
      continue;
    }
    if (errno != ENOENT) throw_open_error(errno, "opening directory", quoted(absolute_path));
    if (kernel.mkdirat(current.fd(), name.c_str(), 0700) < 0 && errno != EEXIST) {
      throw_system_error(errno, "creating directory " + quoted(absolute_path));
    }
    // Durable before anything is put inside: a directory that vanishes in a power cut takes its content along.
    Descriptor made = open_step(kernel, current.fd(), name, O_PATH, absolute_path);
    sync_step(kernel, made.fd(), absolute_path);
    sync_step(kernel, current.fd(), absolute_path);
    current = std::move(made);
  }
  return Directory(open_step(kernel, current.fd(), ".", O_RDONLY, absolute_path), absolute_path);
}

}  // namespace strata::vfs
