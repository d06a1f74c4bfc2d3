#pragma once

#include <string>
#include <string_view>

#include "strata/tree/entry.h"

namespace strata::tree {

/// Entries as a test wants them: valid, and different enough from each other to notice a mix-up.
Entry directory_entry(std::string_view path);
Entry file_entry(std::string_view path, Bytes size = 0);
Entry symlink_entry(std::string_view path, std::string target);
Entry hard_link_entry(std::string_view path, const Entry& first);

/// A line with everything an entry says: equal lines are equal entries, and a failed comparison can be read.
std::string to_line(const Entry& entry);

}  // namespace strata::tree
