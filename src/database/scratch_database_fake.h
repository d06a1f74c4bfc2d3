#pragma once

#include <string>
#include <vector>

#include "strata/database/database.h"

namespace strata::database {

/// A database of its own for one test, gone with this object: a SQLite file in a temporary folder, or a schema in the
/// server that STRATA_TEST_POSTGRES_URL names (see tests/services/postgres.sh).
class ScratchDatabase {
 public:
  explicit ScratchDatabase(Engine engine);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  const std::string& url() const { return url_; }
  /// SQLite: the path of the file.
  const std::string& path() const { return path_; }
  Database open(Options options = {}) const { return Database::open(url_, options); }

  /// False for PostgreSQL when STRATA_TEST_POSTGRES_URL is not set; then skip with this text.
  static bool is_available(Engine engine);
  static constexpr const char* kSkipReason =
      "needs a PostgreSQL server: run with tests/services/postgres.sh run, or set STRATA_TEST_POSTGRES_URL";

 private:
  Engine engine_;
  std::string folder_;
  std::string path_;
  std::string url_;
  std::string schema_;
};

}  // namespace strata::database
