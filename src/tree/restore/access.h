#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <unistd.h>

#include "strata/vfs/file.h"

namespace strata::tree {

/// Whether the mode bits give this process all of `bits` (4 read, 2 write, 1 search). For decisions taken in advance;
/// the kernel decides for good.
inline bool mode_allows(const vfs::Stat& stat, std::uint32_t bits) {
  if (::geteuid() == 0) return true;
  if (stat.uid == ::geteuid()) return ((stat.mode >> 6) & bits) == bits;
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (!groups.empty()) groups.resize(static_cast<std::size_t>(std::max(0, ::getgroups(count, groups.data()))));
  groups.push_back(::getegid());
  const bool ours = std::find(groups.begin(), groups.end(), stat.gid) != groups.end();
  return ((stat.mode >> (ours ? 3 : 0)) & bits) == bits;
}

}  // namespace strata::tree
