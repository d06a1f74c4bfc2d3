#pragma once

#include <optional>
#include <string>

#include "strata/base/log.h"
#include "strata/vfs/directory.h"

namespace strata::app {

/// What `strata up` made at its first start and says at each: kept in `up.json` (0600) of the data directory.
struct Installation {
  std::string username = "admin";
  Secret password;  ///< as first given out; changing it in the Panel does not change it here
  Secret api_key;
  std::string location;
  std::string node;
  std::string server;  ///< empty until it was made
  bool sample_done = false;
};

/// nullopt before the first start; kCorrupt with advice when the file is damaged.
std::optional<Installation> load_installation(const vfs::Directory& data);
void save_installation(const vfs::Directory& data, const Installation& installation);

}  // namespace strata::app
