#pragma once

#include <string>
#include <utility>

namespace strata::app {

/// "/etc/strata/wings.yml" → {"/etc/strata", "wings.yml"}. kInvalid unless absolute with a name.
std::pair<std::string, std::string> split_path(const std::string& path);

/// Absolute: a relative path is taken from the current directory. For paths that a person types.
std::string absolute_path(const std::string& path);

}  // namespace strata::app
