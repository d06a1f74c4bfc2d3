#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "strata/vfs/directory.h"

namespace strata::tree {

/// Names of a directory in bytewise order.
inline std::vector<std::string> sorted_names(const vfs::Directory& root, const vfs::Path& path) {
  std::vector<std::string> names;
  for (auto& listed : root.list(path)) names.push_back(std::move(listed.name));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace strata::tree
