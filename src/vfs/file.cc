#include "strata/vfs/file.h"

#include <algorithm>
#include <limits>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"

namespace strata::vfs {

namespace {

/// The kernel's own limits (limits.h: XATTR_LIST_MAX, XATTR_SIZE_MAX).
constexpr std::size_t kMaxAttributeBytes = 65536;

bool is_carried_attribute(std::string_view name) {
  return name.starts_with("user.") || name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

[[noreturn]] void fail(std::string_view verb, const std::string& label) {
  throw_system_error(errno, std::string(verb) + " " + label);
}

off_t to_offset(Bytes value, const std::string& label) {
  if (value > static_cast<Bytes>(std::numeric_limits<off_t>::max())) {
    throw Error(ErrorKind::kTooLarge, label + ": a position beyond the largest possible file");
  }
  return static_cast<off_t>(value);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) kernel_->close(fd_);
    kernel_ = other.kernel_;
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) kernel_->close(fd_);
}

std::size_t File::read(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto rest = out.subspan(done);
    const ssize_t got = uninterrupted([&] { return descriptor_.kernel().read(fd(), rest.data(), rest.size()); });
    if (got < 0) fail("reading", label_);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::size_t File::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto rest = out.subspan(done);
    const off_t position = to_offset(offset + done, label_);
    const ssize_t got =
        uninterrupted([&] { return descriptor_.kernel().pread(fd(), rest.data(), rest.size(), position); });
    if (got < 0) fail("reading", label_);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void File::write(std::span<const std::uint8_t> data) {
  while (!data.empty()) {
    const ssize_t put = uninterrupted([&] { return descriptor_.kernel().write(fd(), data.data(), data.size()); });
    if (put < 0) fail("writing", label_);
    if (put == 0) throw Error(ErrorKind::kIo, "writing " + label_ + ": the system accepted no bytes");
    data = data.subspan(static_cast<std::size_t>(put));
  }
}

void File::write_at(Bytes offset, std::span<const std::uint8_t> data) const {
  while (!data.empty()) {
    const off_t position = to_offset(offset, label_);
    const ssize_t put =
        uninterrupted([&] { return descriptor_.kernel().pwrite(fd(), data.data(), data.size(), position); });
    if (put < 0) fail("writing", label_);
    if (put == 0) throw Error(ErrorKind::kIo, "writing " + label_ + ": the system accepted no bytes");
    offset += static_cast<Bytes>(put);
    data = data.subspan(static_cast<std::size_t>(put));
  }
}

void File::seek(Bytes offset) {
  const off_t position = to_offset(offset, label_);
  if (descriptor_.kernel().lseek(fd(), position, SEEK_SET) < 0) fail("moving in", label_);
}

void File::truncate(Bytes size) {
  const off_t length = to_offset(size, label_);
  if (uninterrupted([&] { return descriptor_.kernel().ftruncate(fd(), length); }) < 0) fail("resizing", label_);
}

Stat File::stat() const {
  Stat result;
  if (stat_at(descriptor_.kernel(), fd(), "", AT_EMPTY_PATH, result) < 0) fail("examining", label_);
  return result;
}

std::vector<Extent> File::data_extents(Bytes size) const {
  std::vector<Extent> extents;
  if (size == 0) return extents;
  Kernel& kernel = descriptor_.kernel();
  const off_t end = to_offset(size, label_);
  const off_t before = kernel.lseek(fd(), 0, SEEK_CUR);  // the search moves the position that read() uses
  if (before < 0) {
    if (errno == ESPIPE) return {{0, size}};
    fail("examining", label_);
  }
  off_t position = 0;
  while (position < end) {
    const off_t data = kernel.lseek(fd(), position, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;  // only a hole is left
    if (data < 0 && errno == EINVAL) {      // a file system that cannot tell
      extents.assign(1, {0, size});
      break;
    }
    if (data < 0) fail("examining", label_);
    if (data >= end) break;
    off_t hole = end;
    if (extents.size() + 1 < kMaxExtents) {
      hole = kernel.lseek(fd(), data, SEEK_HOLE);
      if (hole < 0) fail("examining", label_);
    }
    hole = std::min(hole, end);
    extents.push_back({static_cast<Bytes>(data), static_cast<Bytes>(hole - data)});
    if (hole <= data) break;  // the file shrank between the two questions
    position = hole;
  }
  if (kernel.lseek(fd(), before, SEEK_SET) < 0) fail("examining", label_);
  return extents;
}

void File::sync() {
  if (condemned_) throw Error(ErrorKind::kIo, "syncing " + label_ + ": an earlier sync failed, its data is lost");
  // Not retried, not even after EINTR: the kernel may have dropped the data and would then answer success.
  if (descriptor_.kernel().fsync(fd()) < 0) {
    condemned_ = true;
    fail("syncing", label_);
  }
}

void File::set_mode(std::uint32_t mode) {
  if (uninterrupted([&] { return descriptor_.kernel().fchmod(fd(), mode & 07777u); }) < 0) {
    fail("setting the mode of", label_);
  }
}

void File::set_owner(std::uint32_t uid, std::uint32_t gid) {
  if (uninterrupted([&] { return descriptor_.kernel().fchownat(fd(), "", uid, gid, AT_EMPTY_PATH); }) < 0) {
    fail("setting the owner of", label_);
  }
}

void File::set_mtime(std::int64_t mtime_ns) {
  if (set_mtime_at(descriptor_.kernel(), fd(), "", mtime_ns, AT_EMPTY_PATH) < 0) fail("setting the time of", label_);
}

std::vector<ExtendedAttribute> File::extended_attributes() const {
  Kernel& kernel = descriptor_.kernel();
  std::vector<ExtendedAttribute> attributes;
  std::string buffer(kMaxAttributeBytes, '\0');
  const ssize_t listed = uninterrupted([&] { return kernel.flistxattr(fd(), buffer.data(), buffer.size()); });
  if (listed < 0) {
    if (errno == EOPNOTSUPP) return attributes;
    fail("reading the extended attributes of", label_);
  }
  std::string_view names(buffer.data(), static_cast<std::size_t>(listed));
  while (!names.empty()) {
    const auto name = names.substr(0, names.find('\0'));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    if (is_carried_attribute(name)) attributes.push_back({std::string(name), {}});
  }
  std::erase_if(attributes, [&](ExtendedAttribute& attribute) {
    const ssize_t size =
        uninterrupted([&] { return kernel.fgetxattr(fd(), attribute.name.c_str(), buffer.data(), buffer.size()); });
    if (size < 0 && errno == ENODATA) return true;  // removed since it was listed
    if (size < 0) fail("reading the extended attributes of", label_);
    attribute.value.assign(buffer.data(), static_cast<std::size_t>(size));
    return false;
  });
  std::sort(attributes.begin(), attributes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return attributes;
}

bool File::set_extended_attribute(const ExtendedAttribute& attribute) {
  if (!is_carried_attribute(attribute.name) || attribute.name.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kInvalid, label_ + ": extended attribute " + quoted(attribute.name) + " is not restored");
  }
  const auto& [name, value] = attribute;
  if (uninterrupted(
          [&] { return descriptor_.kernel().fsetxattr(fd(), name.c_str(), value.data(), value.size(), 0); }) == 0) {
    return true;
  }
  if (errno == EOPNOTSUPP) return false;
  fail("setting extended attribute " + quoted(name) + " of", label_);
}

bool File::try_lock() {
  if (uninterrupted([&] { return descriptor_.kernel().flock(fd(), LOCK_EX | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  fail("locking", label_);
}

}  // namespace strata::vfs
