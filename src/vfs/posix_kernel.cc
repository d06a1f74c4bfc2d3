#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "strata/vfs/kernel.h"

namespace strata::vfs {

int PosixKernel::openat2(int directory, const char* path, const open_how& how) {
  // glibc 2.36 has no wrapper.
  return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
}

int PosixKernel::close(int fd) {
  return ::close(fd);
}

ssize_t PosixKernel::read(int fd, void* buffer, std::size_t size) {
  return ::read(fd, buffer, size);
}

ssize_t PosixKernel::pread(int fd, void* buffer, std::size_t size, off_t offset) {
  return ::pread(fd, buffer, size, offset);
}

ssize_t PosixKernel::write(int fd, const void* buffer, std::size_t size) {
  return ::write(fd, buffer, size);
}

ssize_t PosixKernel::pwrite(int fd, const void* buffer, std::size_t size, off_t offset) {
  return ::pwrite(fd, buffer, size, offset);
}

off_t PosixKernel::lseek(int fd, off_t offset, int whence) {
  return ::lseek(fd, offset, whence);
}

int PosixKernel::ftruncate(int fd, off_t size) {
  return ::ftruncate(fd, size);
}

int PosixKernel::fallocate(int fd, int mode, off_t offset, off_t length) {
  return ::fallocate(fd, mode, offset, length);
}

int PosixKernel::fsync(int fd) {
  return ::fsync(fd);
}

int PosixKernel::fdatasync(int fd) {
  return ::fdatasync(fd);
}

int PosixKernel::syncfs(int fd) {
  return ::syncfs(fd);
}

int PosixKernel::fstat(int fd, struct stat* out) {
  return ::fstat(fd, out);
}

int PosixKernel::fstatat(int directory, const char* name, struct stat* out, int flags) {
  return ::fstatat(directory, name, out, flags);
}

int PosixKernel::statx(int directory, const char* name, int flags, unsigned mask, struct statx* out) {
  return ::statx(directory, name, flags, mask, out);
}

int PosixKernel::fstatvfs(int fd, struct statvfs* out) {
  return ::fstatvfs(fd, out);
}

ssize_t PosixKernel::getdents64(int fd, void* buffer, std::size_t size) {
  return ::getdents64(fd, buffer, size);
}

ssize_t PosixKernel::readlinkat(int directory, const char* name, char* buffer, std::size_t size) {
  return ::readlinkat(directory, name, buffer, size);
}

int PosixKernel::mkdirat(int directory, const char* name, mode_t mode) {
  return ::mkdirat(directory, name, mode);
}

int PosixKernel::symlinkat(const char* target, int directory, const char* name) {
  return ::symlinkat(target, directory, name);
}

int PosixKernel::linkat(int from, const char* from_name, int to, const char* to_name, int flags) {
  return ::linkat(from, from_name, to, to_name, flags);
}

int PosixKernel::unlinkat(int directory, const char* name, int flags) {
  return ::unlinkat(directory, name, flags);
}

int PosixKernel::renameat2(int from, const char* from_name, int to, const char* to_name, unsigned flags) {
  return ::renameat2(from, from_name, to, to_name, flags);
}

int PosixKernel::utimensat(int directory, const char* name, const timespec times[2], int flags) {
  return ::utimensat(directory, name, times, flags);
}

int PosixKernel::fchmod(int fd, mode_t mode) {
  return ::fchmod(fd, mode);
}

int PosixKernel::fchmodat(int directory, const char* name, mode_t mode, int flags) {
  return ::fchmodat(directory, name, mode, flags);
}

int PosixKernel::fchownat(int directory, const char* name, uid_t uid, gid_t gid, int flags) {
  return ::fchownat(directory, name, uid, gid, flags);
}

ssize_t PosixKernel::flistxattr(int fd, char* list, std::size_t size) {
  return ::flistxattr(fd, list, size);
}

ssize_t PosixKernel::fgetxattr(int fd, const char* name, void* value, std::size_t size) {
  return ::fgetxattr(fd, name, value, size);
}

int PosixKernel::fsetxattr(int fd, const char* name, const void* value, std::size_t size, int flags) {
  return ::fsetxattr(fd, name, value, size, flags);
}

ssize_t PosixKernel::copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size) {
  return ::copy_file_range(from, from_offset, to, to_offset, size, 0);
}

int PosixKernel::ioctl(int fd, unsigned long request, void* argument) {
  return ::ioctl(fd, request, argument);
}

int PosixKernel::flock(int fd, int operation) {
  return ::flock(fd, operation);
}

}  // namespace strata::vfs
