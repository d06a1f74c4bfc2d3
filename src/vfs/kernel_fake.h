#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/vfs/durability_model_fake.h"
#include "strata/vfs/kernel.h"

namespace strata::vfs {

/// The twin of PosixKernel for tests: forwards to a real kernel (on a real temporary directory) and can be told to
/// fail. Calls are counted from 1 since the last reset(). A test that fails every call in turn reads:
///
///     for (std::size_t n = 1;; ++n) {
///       TemporaryDirectory temporary;            // and whatever stands there before
///       PosixKernel real;
///       FaultKernel kernel(real);
///       const Directory directory = temporary.open(kernel);
///       kernel.reset();
///       kernel.fail_call(n, EIO);
///       ... run, catch Error ...
///       ... what must hold ...
///       if (!kernel.fault_happened()) break;     // ran to its end: every call has had its turn
///     }
///
/// For power cuts the same with track() before and cut_power_at(n), then materialise_after_power_loss().
/// A close always closes, even when it is told to fail. Any thread.
class FaultKernel final : public Kernel {
 public:
  enum class Repeat { kOnce, kForever };

  /// `real` must outlive this.
  explicit FaultKernel(Kernel& real) : real_(real) {}

  /// Forgets plan and records, counts from 1 again. What is tracked stays tracked.
  void reset();

  /// The n-th call fails with `error_number` and does nothing; with kForever so do all after it.
  void fail_call(std::size_t n, int error_number, Repeat repeat = Repeat::kOnce);
  /// The same, counting only calls of that name ("fsync").
  void fail_call(std::string name, std::size_t n, int error_number, Repeat repeat = Repeat::kOnce);
  /// The n-th write or pwrite stores the first half of its bytes and fails with EIO.
  void tear_write(std::size_t n);
  /// From the n-th call on nothing happens any more: every call answers EIO.
  void cut_power_at(std::size_t n);
  /// No read, write or listing moves more than this many bytes in one call; 0 is no limit. Survives reset().
  void limit_transfers(std::size_t bytes);
  /// fsync, fdatasync and syncfs succeed and do nothing. Survives reset().
  void lie_about_syncs();
  /// renameat2 knows no flags, as on ZFS before 2.2: EINVAL. Survives reset().
  void refuse_rename_flags();

  std::size_t calls() const;
  std::vector<std::string> names() const;  ///< of the calls since reset(), in order
  std::size_t calls_of(std::string_view name) const;
  /// Whether a planned fault has met a call.
  bool fault_happened() const;

  /// Starts to model what a power cut would leave; what is at `root` now counts as durable.
  void track(const std::string& root);
  /// Builds in `destination` (an existing empty directory) what an honest disk shows after a power cut at this moment.
  void materialise_after_power_loss(const std::string& destination, PowerLoss policy, std::uint64_t seed = 0) const;

  int openat2(int directory, const char* path, const open_how& how) override;
  int close(int fd) override;
  ssize_t read(int fd, void* buffer, std::size_t size) override;
  ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) override;
  ssize_t write(int fd, const void* buffer, std::size_t size) override;
  ssize_t pwrite(int fd, const void* buffer, std::size_t size, off_t offset) override;
  off_t lseek(int fd, off_t offset, int whence) override;
  int ftruncate(int fd, off_t size) override;
  int fallocate(int fd, int mode, off_t offset, off_t length) override;
  int fsync(int fd) override;
  int fdatasync(int fd) override;
  int syncfs(int fd) override;
  int fstat(int fd, struct stat* out) override;
  int fstatat(int directory, const char* name, struct stat* out, int flags) override;
  int statx(int directory, const char* name, int flags, unsigned mask, struct statx* out) override;
  int fstatvfs(int fd, struct statvfs* out) override;
  ssize_t getdents64(int fd, void* buffer, std::size_t size) override;
  ssize_t readlinkat(int directory, const char* name, char* buffer, std::size_t size) override;
  int mkdirat(int directory, const char* name, mode_t mode) override;
  int symlinkat(const char* target, int directory, const char* name) override;
  int linkat(int from, const char* from_name, int to, const char* to_name, int flags) override;
  int unlinkat(int directory, const char* name, int flags) override;
  int renameat2(int from, const char* from_name, int to, const char* to_name, unsigned flags) override;
  int utimensat(int directory, const char* name, const timespec times[2], int flags) override;
  int fchmod(int fd, mode_t mode) override;
  int fchmodat(int directory, const char* name, mode_t mode, int flags) override;
  int fchownat(int directory, const char* name, uid_t uid, gid_t gid, int flags) override;
  ssize_t flistxattr(int fd, char* list, std::size_t size) override;
  ssize_t fgetxattr(int fd, const char* name, void* value, std::size_t size) override;
  int fsetxattr(int fd, const char* name, const void* value, std::size_t size, int flags) override;
  ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size) override;
  int ioctl(int fd, unsigned long request, void* argument) override;
  int flock(int fd, int operation) override;

 private:
  using Inode = DurabilityModel::Inode;
  enum class Verdict { kProceed, kFail, kTear, kDead };
  struct Plan {
    std::string name;  ///< empty: every call counts
    std::size_t at = 0;
    int error_number = 0;
    Repeat repeat = Repeat::kOnce;
    Verdict verdict = Verdict::kFail;
    std::size_t seen = 0;
  };

  Verdict admit(std::string_view name);
  void plan(Plan plan);
  std::size_t limited(std::size_t size) const;
  template <class Call>
  auto forward(std::string_view name, Call call);
  template <class Write>
  ssize_t written(std::string_view name, int fd, const void* buffer, std::size_t size, Write write);
  template <class Sync>
  int syncing(std::string_view name, int fd, bool whole_file_system, Sync sync);
  std::optional<Inode> inode_of(int fd) const;
  std::optional<Inode> inode_at(int directory, const char* name) const;
  void note_content(int fd, off_t offset, std::size_t size);

  Kernel& real_;
  mutable std::recursive_mutex mutex_;
  std::vector<Plan> plans_;
  std::vector<std::string> names_;
  bool happened_ = false;
  std::size_t transfer_limit_ = 0;
  bool lying_ = false;
  bool rename_flags_refused_ = false;
  std::unique_ptr<DurabilityModel> model_;
};

}  // namespace strata::vfs
