#pragma once

#include <functional>
#include <optional>
#include <string>

#include "strata/base/log.h"
#include "strata/vfs/kernel.h"

namespace strata::cli {

/// Which Panel, and the key to it.
struct Credentials {
  std::string url;  ///< without trailing slash
  Secret api_key;
};

/// Reads an environment variable; a seam for tests.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The environment of this process.
Environment process_environment();

/// `$STRATA_CREDENTIALS`, else `$XDG_CONFIG_HOME/strata/credentials.json`, else `~/.config/strata/credentials.json`.
std::string credentials_path(const Environment& environment);

/// `STRATA_URL` and `STRATA_API_KEY` win over the file; a stored key goes only to the Panel it was stored for.
/// kUnauthorized with advice when there is neither.
Credentials load_credentials(vfs::Kernel& kernel, const Environment& environment);

/// Writes the file (mode 0600, atomically), making its folder.
void save_credentials(vfs::Kernel& kernel, const Environment& environment, const Credentials& credentials);

}  // namespace strata::cli
