#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "strata/vfs/temporary_directory_fake.h"

namespace strata::disks {

/// A server's directory made by plain calls. Failures throw.
class ServerTree {
 public:
  const vfs::Directory& root() const { return directory_.directory(); }
  std::string path(std::string_view below) const { return directory_.path(below); }

  /// Parents are made.
  ServerTree& file(const std::string& path, std::string_view content, std::uint32_t mode = 0644);
  ServerTree& directory(const std::string& path, std::uint32_t mode = 0755);
  ServerTree& symlink(const std::string& path, const std::string& target);
  ServerTree& hard_link(const std::string& path, const std::string& existing);
  ServerTree& fifo(const std::string& path);
  ServerTree& sparse_file(const std::string& path, std::uint64_t size);
  ServerTree& attribute(const std::string& path, const std::string& name, const std::string& value);
  ServerTree& modified(const std::string& path, std::int64_t seconds, long nanoseconds);
  void append(const std::string& path, std::string_view content);
  void remove(const std::string& path);

  /// Everything that a backup must carry: nested folders, links in and out, names that are no text, modes, times.
  ServerTree& with_everything();

 private:
  vfs::TemporaryDirectory directory_;
};

}  // namespace strata::disks
