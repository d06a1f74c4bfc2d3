#pragma once

#include <cstddef>
#include <cstdint>

#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

namespace strata::vfs {

/// Every file-system call Strata makes, one virtual function per system call, same arguments, same result convention
/// (-1 and errno). The real one forwards; the fault-injecting twin (kernel_fake.h) counts calls, fails the n-th, tears
/// writes and forgets what was not synced. Nothing outside src/vfs calls these. Any thread.
class Kernel {
 public:
  virtual ~Kernel() = default;

  virtual int openat2(int directory, const char* path, const open_how& how) = 0;
  virtual int close(int fd) = 0;
  virtual ssize_t read(int fd, void* buffer, std::size_t size) = 0;
  virtual ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) = 0;
  virtual ssize_t write(int fd, const void* buffer, std::size_t size) = 0;
  virtual ssize_t pwrite(int fd, const void* buffer, std::size_t size, off_t offset) = 0;
  virtual off_t lseek(int fd, off_t offset, int whence) = 0;
  virtual int ftruncate(int fd, off_t size) = 0;
  virtual int fallocate(int fd, int mode, off_t offset, off_t length) = 0;
  virtual int fsync(int fd) = 0;
  virtual int fdatasync(int fd) = 0;
  virtual int syncfs(int fd) = 0;
  virtual int fstat(int fd, struct stat* out) = 0;
  virtual int fstatat(int directory, const char* name, struct stat* out, int flags) = 0;
  virtual int statx(int directory, const char* name, int flags, unsigned mask, struct statx* out) = 0;
  virtual int fstatvfs(int fd, struct statvfs* out) = 0;
  virtual ssize_t getdents64(int fd, void* buffer, std::size_t size) = 0;
  virtual ssize_t readlinkat(int directory, const char* name, char* buffer, std::size_t size) = 0;
  virtual int mkdirat(int directory, const char* name, mode_t mode) = 0;
  virtual int symlinkat(const char* target, int directory, const char* name) = 0;
  virtual int linkat(int from, const char* from_name, int to, const char* to_name, int flags) = 0;
  virtual int unlinkat(int directory, const char* name, int flags) = 0;
  virtual int renameat2(int from, const char* from_name, int to, const char* to_name, unsigned flags) = 0;
  virtual int utimensat(int directory, const char* name, const timespec times[2], int flags) = 0;
  virtual int fchmod(int fd, mode_t mode) = 0;
  virtual int fchmodat(int directory, const char* name, mode_t mode, int flags) = 0;
  virtual int fchownat(int directory, const char* name, uid_t uid, gid_t gid, int flags) = 0;
  virtual ssize_t flistxattr(int fd, char* list, std::size_t size) = 0;
  virtual ssize_t fgetxattr(int fd, const char* name, void* value, std::size_t size) = 0;
  virtual int fsetxattr(int fd, const char* name, const void* value, std::size_t size, int flags) = 0;
  virtual ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size) = 0;
  virtual int ioctl(int fd, unsigned long request, void* argument) = 0;
  virtual int flock(int fd, int operation) = 0;
};

/// Forwards to the operating system.
class PosixKernel final : public Kernel {
 public:
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
};

}  // namespace strata::vfs
