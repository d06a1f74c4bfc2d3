#pragma once

#include <cstddef>

#include "strata/vfs/directory.h"

namespace strata::app {

/// Fills an empty server with a few thousand real-looking files of a small game server, about 40 MiB, always the same.
/// Returns how many files.
std::size_t write_sample_server(const vfs::Directory& root);

}  // namespace strata::app
