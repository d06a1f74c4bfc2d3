#pragma once

#include <string>
#include <string_view>

#include "strata/wings/configuration/configuration.h"

/// The text of `wings.yml` and its meaning. Any thread.
namespace strata::wings {

/// The largest file that is read.
inline constexpr std::size_t kMaxConfigurationBytes = 1024 * 1024;

/// Missing keys have their defaults, unknown keys are ignored. kInvalid with every fault at once, or with line and
/// column when the text is not YAML.
Configuration parse_configuration(std::string_view yaml);

/// `previous` with every key we know set to `values`; keys we do not know stay. Comments and layout do not. An empty
/// `previous` gives a file with our keys only.
std::string render_configuration(const Configuration& values, std::string_view previous);

}  // namespace strata::wings
