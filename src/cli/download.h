#pragma once

#include <string>

#include "strata/cli/verbs.h"

namespace strata::cli {

/// Downloads a backup to a file: to `path.<start of its uuid>.part` first, resumed with Range when that exists,
/// renamed when it is complete. A short or broken transfer never leaves a file under the final name. Returns its size.
Bytes download_backup(Context& context, const std::string& server, const std::string& backup, const std::string& path);

}  // namespace strata::cli
