#include "strata/vfs/directory.h"

#include <array>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"
#include "strata/vfs/directory_reader.h"
#include "strata/vfs/publish.h"

namespace strata::vfs {

namespace {

/// openat2 wants a name for the directory itself.
const char* or_self(const Path& path) {
  return path.is_root() ? "." : path.bytes().c_str();
}

std::uint64_t resolve_flags(Links links) {
  return links == Links::kNever ? RESOLVE_NO_SYMLINKS : 0;
}

std::string below(const std::string& label, const Path& path) {
  if (path.is_root()) return label;
  return label.empty() || label.ends_with('/') ? label + path.bytes() : label + "/" + path.bytes();
}

/// renameat2 with RENAME_NOREPLACE, for file systems that do not know the flag (ZFS before 2.2, some FUSE and network
/// ones: EINVAL) done with calls that never replace either: link+unlink for files, and for directories rename onto an
/// empty directory made for it.
int rename_no_replace_at(Kernel& kernel, const Place& from, const Place& to) {
  const auto rename = [&](unsigned flags) {
    return uninterrupted([&] { return kernel.renameat2(from.parent(), from.name(), to.parent(), to.name(), flags); });
  };
  if (rename(RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  Stat source;
  if (stat_at(kernel, from.parent(), from.name(), 0, source) < 0) return -1;
  if (source.type == Type::kDirectory) {
    if (kernel.mkdirat(to.parent(), to.name(), 0700) < 0) return -1;
    if (rename(0) == 0) return 0;
    const int error = errno;
    kernel.unlinkat(to.parent(), to.name(), AT_REMOVEDIR);
    errno = error;
    return -1;
  }
  if (kernel.linkat(from.parent(), from.name(), to.parent(), to.name(), 0) < 0) return -1;
  return kernel.unlinkat(from.parent(), from.name(), 0);
}

}  // namespace

Directory Directory::duplicate() const {
  // Opened again rather than dup'ed: a dup shares the position that listing moves.
  return open_directory(Path());
}

Directory Directory::open_directory(const Path& path, Links links) const {
  const int fd = open_beneath(kernel(), this->fd(), or_self(path), O_RDONLY | O_DIRECTORY, 0, resolve_flags(links));
  if (fd < 0) throw_open_error(errno, "opening directory", quoted(label_, path));
  return Directory(Descriptor(kernel(), fd), below(label_, path));
}

File Directory::open_file(const Path& path, Links links) const {
  // O_NONBLOCK: a fifo where a file was expected must not hang us. It means nothing for regular files.
  const int fd =
      open_beneath(kernel(), this->fd(), or_self(path), O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, resolve_flags(links));
  if (fd < 0) throw_open_error(errno, "opening", quoted(label_, path));
  return File(Descriptor(kernel(), fd), quoted(label_, path));
}

File Directory::create_file(const Path& path, std::uint32_t mode) const {
  const Place place(*this, path, "creating");
  const int fd =
      open_beneath(kernel(), place.parent(), place.name(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 07777u);
  if (fd < 0) throw_open_error(errno, "creating", place.what());
  return File(Descriptor(kernel(), fd), place.what());
}

File Directory::create_unnamed() const {
  const std::string what = "a temporary file in " + quoted(label_);
  int fd = open_beneath(kernel(), this->fd(), ".", O_TMPFILE | O_EXCL | O_RDWR, 0600);
  // The errors of file systems without O_TMPFILE (open(2)): EOPNOTSUPP, and EISDIR or EINVAL from some older ones.
  if (fd < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) throw_open_error(errno, "creating", what);
  if (fd >= 0) return File(Descriptor(kernel(), fd), what);

  const std::string name = new_temporary_name();
  fd = open_beneath(kernel(), this->fd(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (fd < 0) throw_open_error(errno, "creating", what);
  Descriptor descriptor(kernel(), fd);
  if (kernel().unlinkat(this->fd(), name.c_str(), 0) < 0) throw_system_error(errno, "unlinking " + what);
  return File(std::move(descriptor), what);
}

File Directory::open_or_create_file(const Path& path, std::uint32_t mode) const {
  const Place place(*this, path, "opening");
  const int fd =
      open_beneath(kernel(), place.parent(), place.name(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode & 07777u);
  if (fd < 0) throw_open_error(errno, "opening", place.what());
  return File(Descriptor(kernel(), fd), place.what());
}

Stat Directory::stat(const Path& path) const {
  Stat result;
  if (path.is_root()) {
    if (stat_at(kernel(), fd(), "", AT_EMPTY_PATH, result) < 0)
      throw_system_error(errno, "examining " + quoted(label_));
    return result;
  }
  const Place place(*this, path, "examining");
  if (stat_at(kernel(), place.parent(), place.name(), 0, result) < 0) place.fail("examining");
  return result;
}

std::optional<Stat> Directory::find(const Path& path) const {
  if (path.is_root()) return stat(path);
  int parent = fd();
  Descriptor held;
  if (const Path above = path.parent(); !above.is_root()) {
    parent = open_beneath(kernel(), fd(), above.bytes().c_str(), O_PATH | O_DIRECTORY);
    if (parent < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (parent < 0) throw_open_error(errno, "examining", quoted(label_, path));
    held = Descriptor(kernel(), parent);
  }
  Stat result;
  if (stat_at(kernel(), parent, std::string(path.name()).c_str(), 0, result) == 0) return result;
  if (errno == ENOENT) return std::nullopt;
  throw_system_error(errno, "examining " + quoted(label_, path));
}

std::vector<ListedName> Directory::list(const Path& path, std::size_t limit) const {
  const Directory opened = open_directory(path);
  DirectoryReader reader(kernel(), opened.fd());
  std::vector<ListedName> names;
  DirectoryReader::Entry entry{};
  int error = 0;
  while (reader.next(entry, error)) {
    if (names.size() == limit) {
      throw Error(ErrorKind::kTooLarge,
                  "listing " + quoted(label_, path) + ": more than " + std::to_string(limit) + " entries");
    }
    names.push_back({entry.name, entry.type});
  }
  if (error != 0) throw_system_error(error, "listing " + quoted(label_, path));
  return names;
}

std::string Directory::read_link(const Path& path) const {
  const Place place(*this, path, "reading symbolic link");
  std::array<char, kMaxPathBytes> buffer;
  const ssize_t size =
      uninterrupted([&] { return kernel().readlinkat(place.parent(), place.name(), buffer.data(), buffer.size()); });
  if (size < 0) place.fail("reading symbolic link");
  if (static_cast<std::size_t>(size) == buffer.size()) {
    throw Error(ErrorKind::kTooLarge, "reading symbolic link " + place.what() + ": the target is 4096 bytes or longer");
  }
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

void Directory::make_directory(const Path& path, std::uint32_t mode) const {
  const Place place(*this, path, "creating directory");
  if (kernel().mkdirat(place.parent(), place.name(), mode & 07777u) < 0) place.fail("creating directory");
}

void Directory::make_directories(const Path& path, std::uint32_t mode) const {
  Descriptor held;
  int parent = fd();
  for (const auto component : path.components()) {
    const std::string name(component);
    if (kernel().mkdirat(parent, name.c_str(), mode & 07777u) < 0 && errno != EEXIST) {
      throw_system_error(errno, "creating directory " + quoted(label_, path));
    }
    const int next = open_beneath(kernel(), parent, name.c_str(), O_PATH | O_DIRECTORY);
    if (next < 0) throw_open_error(errno, "creating directory", quoted(label_, path));
    held = Descriptor(kernel(), next);
    parent = next;
  }
}

void Directory::make_symlink(const Path& path, std::string_view target) const {
  const Place place(*this, path, "creating symbolic link");
  if (target.empty() || target.size() >= kMaxPathBytes || target.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::kInvalid, "creating symbolic link " + place.what() +
                                         ": the target is empty, 4096 bytes or longer, or contains a NUL byte");
  }
  if (kernel().symlinkat(std::string(target).c_str(), place.parent(), place.name()) < 0) {
    place.fail("creating symbolic link");
  }
}

void Directory::make_hard_link(const Path& existing, const Path& path) const {
  const Place from(*this, existing, "linking");
  const Place to(*this, path, "creating hard link");
  if (kernel().linkat(from.parent(), from.name(), to.parent(), to.name(), 0) < 0) to.fail("creating hard link");
}

void Directory::remove_file(const Path& path) const {
  const Place place(*this, path, "removing");
  if (kernel().unlinkat(place.parent(), place.name(), 0) < 0) place.fail("removing");
}

void Directory::remove_directory(const Path& path) const {
  const Place place(*this, path, "removing directory");
  if (kernel().unlinkat(place.parent(), place.name(), AT_REMOVEDIR) < 0) place.fail("removing directory");
}

void Directory::rename(const Path& from, const Directory& to_directory, const Path& to) const {
  const Place source(*this, from, "renaming");
  const Place target(to_directory, to, "renaming to");
  if (uninterrupted(
          [&] { return kernel().renameat2(source.parent(), source.name(), target.parent(), target.name(), 0); }) < 0) {
    source.fail("renaming to " + target.what() + " from");
  }
}

void Directory::rename_no_replace(const Path& from, const Directory& to_directory, const Path& to) const {
  const Place source(*this, from, "renaming");
  const Place target(to_directory, to, "renaming to");
  if (rename_no_replace_at(kernel(), source, target) < 0) source.fail("renaming to " + target.what() + " from");
}

void Directory::exchange(const Path& a, const Directory& other, const Path& b) const {
  const Place first(*this, a, "exchanging");
  const Place second(other, b, "exchanging");
  if (uninterrupted([&] {
        return kernel().renameat2(first.parent(), first.name(), second.parent(), second.name(), RENAME_EXCHANGE);
      }) < 0) {
    first.fail("exchanging " + second.what() + " with");
  }
}

void Directory::set_mode(const Path& path, std::uint32_t mode) const {
  // By descriptor: between a check by name and fchmodat by name the entry could become a link.
  const int held = open_beneath(kernel(), fd(), or_self(path), O_PATH | O_NOFOLLOW);
  if (held < 0) throw_open_error(errno, "setting the mode of", quoted(label_, path));
  const Descriptor descriptor(kernel(), held);
  Stat found;
  if (stat_at(kernel(), held, "", AT_EMPTY_PATH, found) < 0) {
    throw_system_error(errno, "setting the mode of " + quoted(label_, path));
  }
  if (found.type == Type::kSymlink) throw_open_error(ELOOP, "setting the mode of", quoted(label_, path));
  if (set_mode_of(kernel(), held, mode) < 0) throw_system_error(errno, "setting the mode of " + quoted(label_, path));
}

void Directory::set_mtime(const Path& path, std::int64_t mtime_ns) const {
  if (path.is_root()) {
    if (set_mtime_at(kernel(), fd(), "", mtime_ns, AT_EMPTY_PATH) == 0) return;
    throw_system_error(errno, "setting the time of " + quoted(label_));
  }
  const Place place(*this, path, "setting the time of");
  if (set_mtime_at(kernel(), place.parent(), place.name(), mtime_ns, AT_SYMLINK_NOFOLLOW) < 0) {
    place.fail("setting the time of");
  }
}

void Directory::set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) const {
  if (path.is_root()) {
    if (kernel().fchownat(fd(), "", uid, gid, AT_EMPTY_PATH) == 0) return;
    throw_system_error(errno, "setting the owner of " + quoted(label_));
  }
  const Place place(*this, path, "setting the owner of");
  if (kernel().fchownat(place.parent(), place.name(), uid, gid, AT_SYMLINK_NOFOLLOW) < 0) {
    place.fail("setting the owner of");
  }
}

void Directory::sync() const {
  if (kernel().fsync(fd()) < 0) throw_system_error(errno, "syncing directory " + quoted(label_));
}

void Directory::sync_directory(const Path& path) const {
  if (path.is_root()) return sync();
  open_directory(path).sync();
}

void Directory::sync_file_system() const {
  if (kernel().syncfs(fd()) < 0) throw_system_error(errno, "syncing the file system of " + quoted(label_));
}

Directory::Space Directory::space() const {
  struct statvfs raw{};
  if (uninterrupted([&] { return kernel().fstatvfs(fd(), &raw); }) < 0) {
    throw_system_error(errno, "asking for the free space of " + quoted(label_));
  }
  return {static_cast<Bytes>(raw.f_blocks) * raw.f_frsize, static_cast<Bytes>(raw.f_bavail) * raw.f_frsize,
          raw.f_favail};
}

}  // namespace strata::vfs
