#pragma once

#include <string>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// The absolute path of an open directory, every link resolved, as the kernel knows it now: for comparing places, never
/// for opening them again. kNotFound when it was removed.
std::string real_path(const Directory& directory);

}  // namespace strata::vfs
