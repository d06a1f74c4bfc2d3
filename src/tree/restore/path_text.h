#pragma once

#include <string>
#include <string_view>

#include "strata/base/encoding.h"
#include "strata/vfs/path.h"

namespace strata::tree {

/// A name as messages show it: readable, in quotes, without control characters (names come from tenants and end in
/// logs).
inline std::string in_quotes(std::string_view bytes) {
  std::string text = "'" + to_readable_utf8(bytes) + "'";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}
inline std::string in_quotes(const vfs::Path& path) {
  return path.is_root() ? "the server's root" : in_quotes(path.bytes());
}

}  // namespace strata::tree
