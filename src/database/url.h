#pragma once

#include <string>
#include <string_view>

#include "strata/base/log.h"
#include "strata/database/database.h"

namespace strata::database {

/// A database URL, taken apart and checked. Room-internal.
struct Target {
  Engine engine = Engine::kSqlite;
  /// SQLite: the file's absolute path, or the name of the memory database.
  std::string path;
  bool in_memory = false;
  /// PostgreSQL: libpq's `key='value'` form with our timeouts added. May hold a password.
  Secret connection_string;
  /// For messages: never a password.
  std::string shown;
};

/// kInvalid with the accepted forms when the URL is none of them.
Target parse_url(std::string_view url);

}  // namespace strata::database
