#pragma once

#include <optional>
#include <string>

#include "strata/base/log.h"
#include "strata/crypto/sealer.h"
#include "strata/vfs/kernel.h"

namespace strata::app {

/// The root key of the Panel: the text of `STRATA_ROOT_KEY` when given, else the file. A missing file is made (0600) on
/// the first start, with loud advice to keep a copy: without it no stored credential opens again.
crypto::RootKey load_root_key(vfs::Kernel& kernel, const std::string& file,
                              const std::optional<std::string>& from_environment, Log& log);

}  // namespace strata::app
