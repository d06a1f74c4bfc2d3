#include "strata/vfs/calls.h"

#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::vfs {

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

/// Years beyond 2262 (ext4 can store 2446) do not fit: clamped, as the limits of archive readers ask.
std::int64_t to_nanoseconds(const statx_timestamp& time) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(time.tv_sec, kNanosecondsPerSecond, &result) ||
      __builtin_add_overflow(result, static_cast<std::int64_t>(time.tv_nsec), &result)) {
    return time.tv_sec < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  }
  return result;
}

Type to_type(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return Type::kDirectory;
    case S_IFLNK:
      return Type::kSymlink;
    case S_IFIFO:
      return Type::kFifo;
    case S_IFSOCK:
      return Type::kSocket;
    case S_IFCHR:
      return Type::kCharDevice;
    case S_IFBLK:
      return Type::kBlockDevice;
    default:
      return Type::kRegular;
  }
}

}  // namespace

int open_beneath(Kernel& kernel, int directory, const char* path, std::uint64_t flags, std::uint32_t mode,
                 std::uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve;
  for (int tries = 1;; ++tries) {
    const int fd = kernel.openat2(directory, path, how);
    // EAGAIN: a rename raced with the resolution of a "..", the kernel could not prove confinement (openat2(2)).
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || tries == kMaxRetries) return fd;
  }
}

int stat_at(Kernel& kernel, int directory, const char* name, int flags, Stat& out) {
  struct statx raw{};
  const int result = uninterrupted([&] {
    return kernel.statx(directory, name, flags | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                        STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID, &raw);
  });
  if (result < 0) return result;
  out.type = to_type(raw.stx_mode);
  out.size = raw.stx_size;
  out.mode = raw.stx_mode & 07777u;
  out.uid = raw.stx_uid;
  out.gid = raw.stx_gid;
  out.mtime_ns = to_nanoseconds(raw.stx_mtime);
  out.ctime_ns = to_nanoseconds(raw.stx_ctime);
  out.birth_ns = (raw.stx_mask & STATX_BTIME) != 0 ? to_nanoseconds(raw.stx_btime) : 0;
  out.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  out.inode = raw.stx_ino;
  out.mount = (raw.stx_mask & STATX_MNT_ID) != 0 ? raw.stx_mnt_id : 0;
  out.links = raw.stx_nlink;
  out.allocated = raw.stx_blocks * 512;
  return 0;
}

int set_mtime_at(Kernel& kernel, int directory, const char* name, std::int64_t mtime_ns, int flags) {
  timespec times[2] = {};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = mtime_ns / kNanosecondsPerSecond;
  times[1].tv_nsec = mtime_ns % kNanosecondsPerSecond;
  if (times[1].tv_nsec < 0) {  // before 1970: seconds round down, nanoseconds count up
    times[1].tv_nsec += kNanosecondsPerSecond;
    --times[1].tv_sec;
  }
  return uninterrupted([&] { return kernel.utimensat(directory, name, times, flags); });
}

int set_mode_of(Kernel& kernel, int fd, std::uint32_t mode) {
  const std::string held = "/proc/self/fd/" + std::to_string(fd);
  return uninterrupted([&] { return kernel.fchmodat(AT_FDCWD, held.c_str(), mode & 07777u, 0); });
}

std::string quoted(std::string_view label, const Path& path) {
  std::string text = "'" + std::string(label);
  if (!label.empty() && !label.ends_with('/') && !path.is_root()) text += '/';
  text += path.bytes();
  text += '\'';
  text = to_readable_utf8(text);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

void throw_open_error(int error_number, std::string_view verb, const std::string& what) {
  const std::string tried = std::string(verb) + " " + what;
  switch (error_number) {
    case EXDEV:
      throw Error(ErrorKind::kInvalid, tried + ": the path leads outside its directory");
    case ELOOP:
      throw Error(ErrorKind::kInvalid, tried + ": a symbolic link is in the way");
    case ENOSYS:
      throw Error(ErrorKind::kUnavailable, tried + ": this system has no openat2; Linux 5.8 or newer is needed");
    default:
      throw_system_error(error_number, tried);
  }
}

Place::Place(const Directory& directory, const Path& path, std::string_view verb)
    : parent_(directory.fd()), name_(path.name()), what_(quoted(directory.label(), path)) {
  if (path.is_root()) {
    throw Error(ErrorKind::kInvalid, std::string(verb) + " " + what_ + ": this is the directory itself");
  }
  const Path above = path.parent();
  if (above.is_root()) return;
  parent_ = open_beneath(directory.kernel(), directory.fd(), above.bytes().c_str(), O_PATH | O_DIRECTORY);
  if (parent_ < 0) throw_open_error(errno, verb, what_);
  held_ = Descriptor(directory.kernel(), parent_);
}

void Place::fail(std::string_view verb, int error_number) const {
  throw_system_error(error_number, std::string(verb) + " " + what_);
}

}  // namespace strata::vfs
