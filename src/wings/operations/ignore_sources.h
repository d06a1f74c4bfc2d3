#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "strata/tree/ignore_rules.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

namespace strata::wings {

/// The file in a server's root with which its owner keeps things out of backups.
inline constexpr std::string_view kIgnoreFile = ".pteroignore";

/// What a backup leaves out (spec/wings 8.1), weakest first: the lines of the request, then the server's own
/// `.pteroignore` (UTF-8, at most 1 MiB, opened inside the root), then the node's deny list, which nobody can negate. A
/// file that cannot be used and lines that do not compile become warnings. kTooLarge when all together exceed the
/// limits of IgnoreRules.
tree::IgnoreRules resolve_ignore_rules(std::string_view request, const vfs::Directory& root,
                                       const std::vector<std::string>& deny_list, tree::Warnings& warnings);

}  // namespace strata::wings
