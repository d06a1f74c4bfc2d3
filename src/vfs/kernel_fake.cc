#include "strata/vfs/kernel_fake.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <linux/falloc.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::vfs {

void FaultKernel::reset() {
  const std::lock_guard lock(mutex_);
  plans_.clear();
  names_.clear();
  happened_ = false;
}

void FaultKernel::plan(Plan plan) {
  const std::lock_guard lock(mutex_);
  plans_.push_back(std::move(plan));
}

void FaultKernel::fail_call(std::size_t n, int error_number, Repeat repeat) {
  plan({.name = {}, .at = n, .error_number = error_number, .repeat = repeat});
}

void FaultKernel::fail_call(std::string name, std::size_t n, int error_number, Repeat repeat) {
  plan({.name = std::move(name), .at = n, .error_number = error_number, .repeat = repeat});
}

void FaultKernel::tear_write(std::size_t n) {
  plan({.name = "write", .at = n, .error_number = EIO, .verdict = Verdict::kTear});
}

void FaultKernel::cut_power_at(std::size_t n) {
  plan({.name = {}, .at = n, .error_number = EIO, .repeat = Repeat::kForever, .verdict = Verdict::kDead});
}

void FaultKernel::limit_transfers(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  transfer_limit_ = bytes;
}

void FaultKernel::lie_about_syncs() {
  const std::lock_guard lock(mutex_);
  lying_ = true;
}

void FaultKernel::refuse_rename_flags() {
  const std::lock_guard lock(mutex_);
  rename_flags_refused_ = true;
}

std::size_t FaultKernel::calls() const {
  const std::lock_guard lock(mutex_);
  return names_.size();
}

std::vector<std::string> FaultKernel::names() const {
  const std::lock_guard lock(mutex_);
  return names_;
}

std::size_t FaultKernel::calls_of(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count(names_.begin(), names_.end(), name));
}

bool FaultKernel::fault_happened() const {
  const std::lock_guard lock(mutex_);
  return happened_;
}

void FaultKernel::track(const std::string& root) {
  const std::lock_guard lock(mutex_);
  model_ = std::make_unique<DurabilityModel>(root);
}

void FaultKernel::materialise_after_power_loss(const std::string& destination, PowerLoss policy,
                                               std::uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  if (!model_) throw Error(ErrorKind::kInternal, "track() must come before a power loss can be shown");
  model_->materialise(destination, policy, seed);
}

FaultKernel::Verdict FaultKernel::admit(std::string_view name) {
  const std::lock_guard lock(mutex_);
  names_.emplace_back(name);
  for (auto& plan : plans_) {
    // A torn write counts both ways of writing.
    const bool counts = plan.name.empty() || plan.name == name || (plan.verdict == Verdict::kTear && name == "pwrite");
    if (!counts) continue;
    ++plan.seen;
    if (plan.seen < plan.at || (plan.seen > plan.at && plan.repeat == Repeat::kOnce)) continue;
    happened_ = true;
    errno = plan.error_number;
    return plan.verdict;
  }
  return Verdict::kProceed;
}

std::size_t FaultKernel::limited(std::size_t size) const {
  const std::lock_guard lock(mutex_);
  return transfer_limit_ == 0 ? size : std::min(size, transfer_limit_);
}

template <class Call>
auto FaultKernel::forward(std::string_view name, Call call) {
  if (admit(name) != Verdict::kProceed) return decltype(call()){-1};
  return call();
}

std::optional<FaultKernel::Inode> FaultKernel::inode_of(int fd) const {
  struct stat status{};
  if (real_.fstat(fd, &status) < 0) return std::nullopt;
  return Inode{status.st_dev, status.st_ino};
}

std::optional<FaultKernel::Inode> FaultKernel::inode_at(int directory, const char* name) const {
  struct stat status{};
  if (real_.fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return std::nullopt;
  return Inode{status.st_dev, status.st_ino};
}

/// Tells the model that a range of a file has new content, read back through a descriptor of our own (the caller's may
/// be write-only).
void FaultKernel::note_content(int fd, off_t offset, std::size_t size) {
  const auto inode = inode_of(fd);
  if (!inode || !model_) return;
  const int reader = ::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC);
  if (reader < 0) throw_system_error(errno, "reading back what was written");
  std::string bytes(size, '\0');
  const ssize_t got = ::pread(reader, bytes.data(), size, offset);
  ::close(reader);
  if (got < 0) throw_system_error(errno, "reading back what was written");
  bytes.resize(static_cast<std::size_t>(got));
  model_->wrote(*inode, static_cast<Bytes>(offset), std::move(bytes));
}

int FaultKernel::openat2(int directory, const char* path, const open_how& how) {
  if (admit("openat2") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const bool unnamed = (how.flags & O_TMPFILE) == O_TMPFILE;
  const bool creating = (how.flags & O_CREAT) != 0;
  const bool existed = creating && inode_at(directory, path).has_value();
  const int fd = real_.openat2(directory, path, how);
  if (fd < 0 || !model_ || (!creating && !unnamed)) return fd;
  const auto made = inode_of(fd);
  if (made && unnamed) model_->made_unnamed(*made);
  const auto parent = inode_of(directory);
  if (made && parent && creating && !existed) model_->made(*parent, path, *made, DurabilityModel::Kind::kFile);
  return fd;
}

int FaultKernel::close(int fd) {
  const Verdict verdict = admit("close");
  const int error_number = errno;
  const int result = real_.close(fd);  // always: a failed close must not leak in the test
  if (verdict == Verdict::kProceed) return result;
  errno = error_number;
  return -1;
}

ssize_t FaultKernel::read(int fd, void* buffer, std::size_t size) {
  return forward("read", [&] { return real_.read(fd, buffer, limited(size)); });
}

ssize_t FaultKernel::pread(int fd, void* buffer, std::size_t size, off_t offset) {
  return forward("pread", [&] { return real_.pread(fd, buffer, limited(size), offset); });
}

/// `write(size)` stores at most that many bytes and answers what the system call would.
template <class Write>
ssize_t FaultKernel::written(std::string_view name, int fd, const void* buffer, std::size_t size, Write write) {
  const Verdict verdict = admit(name);
  const int error_number = errno;
  if (verdict == Verdict::kFail || verdict == Verdict::kDead) return -1;
  const std::lock_guard lock(mutex_);
  const auto [stored, end] = write(verdict == Verdict::kTear ? size / 2 : limited(size));
  const auto inode = inode_of(fd);
  if (stored > 0 && inode && model_) {
    model_->wrote(*inode, static_cast<Bytes>(end - stored),
                  std::string(static_cast<const char*>(buffer), static_cast<std::size_t>(stored)));
  }
  if (verdict != Verdict::kTear) return stored;
  errno = error_number;
  return -1;
}

ssize_t FaultKernel::write(int fd, const void* buffer, std::size_t size) {
  return written("write", fd, buffer, size, [&](std::size_t allowed) {
    const ssize_t stored = real_.write(fd, buffer, allowed);
    const int error_number = errno;
    const off_t end = real_.lseek(fd, 0, SEEK_CUR);
    errno = error_number;
    return std::pair(stored, end);
  });
}

ssize_t FaultKernel::pwrite(int fd, const void* buffer, std::size_t size, off_t offset) {
  return written("pwrite", fd, buffer, size, [&](std::size_t allowed) {
    const ssize_t stored = real_.pwrite(fd, buffer, allowed, offset);
    return std::pair(stored, offset + stored);
  });
}

off_t FaultKernel::lseek(int fd, off_t offset, int whence) {
  return forward("lseek", [&] { return real_.lseek(fd, offset, whence); });
}

int FaultKernel::ftruncate(int fd, off_t size) {
  if (admit("ftruncate") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.ftruncate(fd, size);
  if (result < 0 || !model_) return result;
  if (const auto inode = inode_of(fd)) model_->resized(*inode, static_cast<Bytes>(size));
  return result;
}

int FaultKernel::fallocate(int fd, int mode, off_t offset, off_t length) {
  if (admit("fallocate") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.fallocate(fd, mode, offset, length);
  // Reserving space changes no byte; growing and punching show up as bytes of the range.
  if (result == 0 && mode != FALLOC_FL_KEEP_SIZE) note_content(fd, offset, static_cast<std::size_t>(length));
  return result;
}

template <class Sync>
int FaultKernel::syncing(std::string_view name, int fd, bool whole_file_system, Sync sync) {
  const Verdict verdict = admit(name);
  const int error_number = errno;
  const std::lock_guard lock(mutex_);
  const auto inode = inode_of(fd);
  if (verdict != Verdict::kProceed) {
    if (verdict == Verdict::kFail && model_ && whole_file_system) model_->sync_failed_all();
    if (verdict == Verdict::kFail && model_ && !whole_file_system && inode) model_->sync_failed(*inode);
    errno = error_number;
    return -1;
  }
  if (lying_) return 0;
  const int result = sync();
  if (result == 0 && model_ && whole_file_system) model_->synced_all();
  if (result == 0 && model_ && !whole_file_system && inode) model_->synced(*inode);
  return result;
}

int FaultKernel::fsync(int fd) {
  return syncing("fsync", fd, false, [&] { return real_.fsync(fd); });
}

int FaultKernel::fdatasync(int fd) {
  return syncing("fdatasync", fd, false, [&] { return real_.fdatasync(fd); });
}

int FaultKernel::syncfs(int fd) {
  return syncing("syncfs", fd, true, [&] { return real_.syncfs(fd); });
}

int FaultKernel::fstat(int fd, struct stat* out) {
  return forward("fstat", [&] { return real_.fstat(fd, out); });
}

int FaultKernel::fstatat(int directory, const char* name, struct stat* out, int flags) {
  return forward("fstatat", [&] { return real_.fstatat(directory, name, out, flags); });
}

int FaultKernel::statx(int directory, const char* name, int flags, unsigned mask, struct statx* out) {
  return forward("statx", [&] { return real_.statx(directory, name, flags, mask, out); });
}

int FaultKernel::fstatvfs(int fd, struct statvfs* out) {
  return forward("fstatvfs", [&] { return real_.fstatvfs(fd, out); });
}

ssize_t FaultKernel::getdents64(int fd, void* buffer, std::size_t size) {
  // A record for the longest name takes 280 bytes; less room than one record is an error, not a short answer.
  constexpr std::size_t kLongestRecord = 280;
  return forward("getdents64",
                 [&] { return real_.getdents64(fd, buffer, std::min(size, std::max(limited(size), kLongestRecord))); });
}

ssize_t FaultKernel::readlinkat(int directory, const char* name, char* buffer, std::size_t size) {
  return forward("readlinkat", [&] { return real_.readlinkat(directory, name, buffer, size); });
}

int FaultKernel::mkdirat(int directory, const char* name, mode_t mode) {
  if (admit("mkdirat") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.mkdirat(directory, name, mode);
  if (result < 0 || !model_) return result;
  const auto parent = inode_of(directory);
  const auto made = inode_at(directory, name);
  if (parent && made) model_->made(*parent, name, *made, DurabilityModel::Kind::kDirectory);
  return result;
}

int FaultKernel::symlinkat(const char* target, int directory, const char* name) {
  if (admit("symlinkat") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.symlinkat(target, directory, name);
  if (result < 0 || !model_) return result;
  const auto parent = inode_of(directory);
  const auto made = inode_at(directory, name);
  if (parent && made) model_->made(*parent, name, *made, DurabilityModel::Kind::kSymlink, target);
  return result;
}

int FaultKernel::linkat(int from, const char* from_name, int to, const char* to_name, int flags) {
  if (admit("linkat") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.linkat(from, from_name, to, to_name, flags);
  if (result < 0 || !model_) return result;
  const auto parent = inode_of(to);
  const auto object = inode_at(to, to_name);
  if (parent && object) model_->linked(*object, *parent, to_name);
  return result;
}

int FaultKernel::unlinkat(int directory, const char* name, int flags) {
  if (admit("unlinkat") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const int result = real_.unlinkat(directory, name, flags);
  if (result < 0 || !model_) return result;
  if (const auto parent = inode_of(directory)) model_->removed(*parent, name);
  return result;
}

int FaultKernel::renameat2(int from, const char* from_name, int to, const char* to_name, unsigned flags) {
  if (admit("renameat2") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  if (flags != 0 && rename_flags_refused_) {
    errno = EINVAL;
    return -1;
  }
  const int result = real_.renameat2(from, from_name, to, to_name, flags);
  if (result < 0 || !model_) return result;
  const auto source = inode_of(from);
  const auto target = inode_of(to);
  if (!source || !target) return result;
  if ((flags & RENAME_EXCHANGE) != 0) {
    model_->exchanged(*source, from_name, *target, to_name);
  } else {
    model_->renamed(*source, from_name, *target, to_name);
  }
  return result;
}

int FaultKernel::utimensat(int directory, const char* name, const timespec times[2], int flags) {
  return forward("utimensat", [&] { return real_.utimensat(directory, name, times, flags); });
}

int FaultKernel::fchmod(int fd, mode_t mode) {
  return forward("fchmod", [&] { return real_.fchmod(fd, mode); });
}

int FaultKernel::fchmodat(int directory, const char* name, mode_t mode, int flags) {
  return forward("fchmodat", [&] { return real_.fchmodat(directory, name, mode, flags); });
}

int FaultKernel::fchownat(int directory, const char* name, uid_t uid, gid_t gid, int flags) {
  return forward("fchownat", [&] { return real_.fchownat(directory, name, uid, gid, flags); });
}

ssize_t FaultKernel::flistxattr(int fd, char* list, std::size_t size) {
  return forward("flistxattr", [&] { return real_.flistxattr(fd, list, size); });
}

ssize_t FaultKernel::fgetxattr(int fd, const char* name, void* value, std::size_t size) {
  return forward("fgetxattr", [&] { return real_.fgetxattr(fd, name, value, size); });
}

int FaultKernel::fsetxattr(int fd, const char* name, const void* value, std::size_t size, int flags) {
  return forward("fsetxattr", [&] { return real_.fsetxattr(fd, name, value, size, flags); });
}

ssize_t FaultKernel::copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size) {
  if (admit("copy_file_range") != Verdict::kProceed) return -1;
  const std::lock_guard lock(mutex_);
  const ssize_t copied = real_.copy_file_range(from, from_offset, to, to_offset, limited(size));
  if (copied > 0) {
    const off_t end = to_offset != nullptr ? *to_offset : real_.lseek(to, 0, SEEK_CUR);
    note_content(to, end - copied, static_cast<std::size_t>(copied));
  }
  return copied;
}

int FaultKernel::ioctl(int fd, unsigned long request, void* argument) {
  return forward("ioctl", [&] { return real_.ioctl(fd, request, argument); });
}

int FaultKernel::flock(int fd, int operation) {
  return forward("flock", [&] { return real_.flock(fd, operation); });
}

}  // namespace strata::vfs
