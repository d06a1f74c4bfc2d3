#pragma once

#include <string_view>

namespace strata {

/// What this program calls itself in manifests, headers and logs; the same as in CMakeLists.txt.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace strata
