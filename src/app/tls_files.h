#pragma once

#include <optional>
#include <string>

#include "strata/http/server.h"
#include "strata/vfs/kernel.h"

namespace strata::app {

/// Certificate chain and key from PEM files; nullopt when both names are empty, kInvalid when only one is given.
std::optional<http::ServerTls> load_tls(vfs::Kernel& kernel, const std::string& certificate_file,
                                        const std::string& key_file);

}  // namespace strata::app
