#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "strata/base/units.h"
#include "strata/vfs/kernel.h"

namespace strata::vfs {

enum class Type : std::uint8_t { kRegular, kDirectory, kSymlink, kFifo, kSocket, kCharDevice, kBlockDevice };

/// What lstat tells, in our units.
struct Stat {
  Type type = Type::kRegular;
  Bytes size = 0;
  std::uint32_t mode = 0;  ///< permission bits only: mode & 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t mtime_ns = 0;  ///< since the epoch
  std::int64_t ctime_ns = 0;
  std::int64_t birth_ns = 0;  ///< 0 when the file system does not tell
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t mount = 0;  ///< id of the mount it was reached through; 0 when the kernel does not tell
  std::uint64_t links = 1;
  Bytes allocated = 0;  ///< blocks * 512

  /// The same object (device and inode), whatever its name is now.
  bool same_object(const Stat& other) const { return device == other.device && inode == other.inode; }
};

/// Owns a descriptor. Movable; closes in the destructor (errors of close are not reported there: whoever needs
/// durability has called sync()).
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(Kernel& kernel, int fd) : kernel_(&kernel), fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : kernel_(other.kernel_), fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int fd() const { return fd_; }
  Kernel& kernel() const { return *kernel_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  Kernel* kernel_ = nullptr;
  int fd_ = -1;
};

/// More extents than this are not told apart: the last one then covers the rest of the file (16 MiB of answer).
inline constexpr std::size_t kMaxExtents = 1'000'000;

/// Where the data of a sparse file is.
struct Extent {
  Bytes offset = 0;
  Bytes length = 0;
};

struct ExtendedAttribute {
  std::string name;
  std::string value;
  bool operator==(const ExtendedAttribute&) const = default;
};

/// An open regular file (or, read-only, anything openable). Short reads and writes and EINTR are handled here. Every
/// error is an Error that names the file. One thread at a time per object, except read_at/write_at which any thread may
/// call.
class File {
 public:
  File() = default;
  /// `label` is how errors name it: "'world/level.dat'".
  File(Descriptor descriptor, std::string label) : descriptor_(std::move(descriptor)), label_(std::move(label)) {}

  /// Reads until `out` is full or the end; the count is short only at the end.
  std::size_t read(std::span<std::uint8_t> out);
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const;
  void write(std::span<const std::uint8_t> data);
  void write_at(Bytes offset, std::span<const std::uint8_t> data) const;
  void seek(Bytes offset);
  void truncate(Bytes size);

  Stat stat() const;
  /// Data extents up to `size`; one extent for everything where the file system cannot tell.
  std::vector<Extent> data_extents(Bytes size) const;

  /// fsync. A failure condemns the object: the kernel may drop what it could not write and answer success the next
  /// time, so every later call throws without asking it again.
  void sync();

  void set_mode(std::uint32_t mode);
  void set_owner(std::uint32_t uid, std::uint32_t gid);
  void set_mtime(std::int64_t mtime_ns);
  /// Names in "user." and the POSIX ACL names, sorted; others (security.*, trusted.*) are never listed.
  std::vector<ExtendedAttribute> extended_attributes() const;
  /// Attributes the file system refuses (ENOTSUP) answer false; other errors throw. Names that extended_attributes()
  /// would not list are kInvalid.
  bool set_extended_attribute(const ExtendedAttribute& attribute);

  /// Exclusive advisory lock for as long as the file is open; false when another holder has it.
  bool try_lock();

  int fd() const { return descriptor_.fd(); }
  const std::string& label() const { return label_; }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }
  /// Gives the descriptor away (to a response body).
  Descriptor release() { return std::move(descriptor_); }

 private:
  Descriptor descriptor_;
  std::string label_;
  bool condemned_ = false;
};

}  // namespace strata::vfs
