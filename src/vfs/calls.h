#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include "strata/vfs/directory.h"

/// Internal to this room: system calls with our retry rules, in our types. The functions keep the kernel's convention
/// (-1 and errno) because callers differ in which failures they expect.
namespace strata::vfs {

/// How often an interrupted call, or an openat2 that lost a race with a rename, is tried again. Bounded so that an
/// adversary who renames without pause, or a fault that never goes away, ends in an error instead of a hang.
inline constexpr int kMaxRetries = 1000;

/// Repeats `call` while it fails with EINTR.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  for (int tries = 1; result < 0 && errno == EINTR && tries < kMaxRetries; ++tries) result = call();
  return result;
}

/// openat2 beneath `directory`: RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | `resolve`, O_CLOEXEC always.
int open_beneath(Kernel& kernel, int directory, const char* path, std::uint64_t flags, std::uint32_t mode = 0,
                 std::uint64_t resolve = RESOLVE_NO_SYMLINKS);

/// statx; `name` "" with AT_EMPTY_PATH is the descriptor itself.
int stat_at(Kernel& kernel, int directory, const char* name, int flags, Stat& out);

int set_mtime_at(Kernel& kernel, int directory, const char* name, std::int64_t mtime_ns, int flags);

/// chmod of what a descriptor holds, O_PATH included (fchmod refuses those): through /proc/self/fd, which is bound to
/// the object and not to a name. Fails with EOPNOTSUPP for symbolic links.
int set_mode_of(Kernel& kernel, int fd, std::uint32_t mode);

/// "'label/path'" with unreadable bytes and control characters replaced: names come from tenants and end in logs.
std::string quoted(std::string_view label, const Path& path = {});

/// Like throw_system_error, with what openat2 says about confinement turned into kInvalid and a sentence about it.
[[noreturn]] void throw_open_error(int error_number, std::string_view verb, const std::string& what);

/// Where a path's last component lives: the parent directory, opened confined and held, and one name to act on.
class Place {
 public:
  /// Throws kInvalid for the root (`verb` says what was tried) and the open's error for a parent that is not there.
  Place(const Directory& directory, const Path& path, std::string_view verb);

  int parent() const { return parent_; }
  const char* name() const { return name_.c_str(); }
  const std::string& what() const { return what_; }  ///< for messages
  [[noreturn]] void fail(std::string_view verb) const { fail(verb, errno); }
  [[noreturn]] void fail(std::string_view verb, int error_number) const;

 private:
  Descriptor held_;
  int parent_;
  std::string name_;
  std::string what_;
};

}  // namespace strata::vfs
