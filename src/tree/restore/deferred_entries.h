#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/units.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/file.h"
#include "strata/vfs/path.h"

namespace strata::tree {

/// What is put on an entry after everything else was made.
struct Deferred {
  vfs::Path path;
  std::string link_target;  ///< of a symbolic link; empty for a directory
  std::uint32_t mode = 0;
  bool has_owner = false;  ///< the two below are to be set
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  bool has_mtime = false;
  std::int64_t mtime_ns = 0;
  std::vector<vfs::ExtendedAttribute> attributes;
};

/// Keeps deferred entries in an unnamed file: a backup may have millions, and memory stays at one buffer. One thread.
class DeferredEntries {
 public:
  /// `area` is where the file is made.
  explicit DeferredEntries(const vfs::Directory& area) : file_(area.create_unnamed()) {}

  void add(const Deferred& entry);
  void for_each(const std::function<void(const Deferred&)>& visit);
  /// Last first.
  void for_each_reversed(const std::function<void(const Deferred&)>& visit);

 private:
  void flush();
  Bytes length_at(Bytes offset) const;
  Deferred read(Bytes offset, Bytes length) const;

  vfs::File file_;
  std::string buffer_;
  Bytes size_ = 0;  ///< of the file; the buffer comes after it
};

}  // namespace strata::tree
