#pragma once

#include <string>

namespace CLI {
class App;
}

namespace strata::cli {

/// The script that makes `shell` complete verbs and options. kInvalid for a shell other than bash, zsh and fish.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace strata::cli
