#pragma once

#include <string>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// A fresh directory for one test, removed with everything in it at the end. Made in $TMPDIR, or /tmp; a test that
/// cares for the file system names `base`, for instance /dev/shm for a tmpfs.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  explicit TemporaryDirectory(const std::string& base);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// Absolute, without a trailing slash: tests plant links and read back with plain calls, independent of this room.
  const std::string& path() const { return path_; }
  std::string path(std::string_view below) const { return path_ + "/" + std::string(below); }

  /// Opened through the real kernel.
  const Directory& directory() const { return directory_; }

  /// Opened again through another kernel (the fault twin), which must outlive the result.
  Directory open(Kernel& kernel) const { return Directory::open_trusted(kernel, path_); }

 private:
  std::string path_;
  PosixKernel kernel_;
  Directory directory_;
};

}  // namespace strata::vfs
