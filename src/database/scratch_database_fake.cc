#include "strata/database/scratch_database_fake.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "strata/base/error.h"
#include "strata/base/id.h"

namespace strata::database {
namespace {

const char* server_url() {
  return std::getenv("STRATA_TEST_POSTGRES_URL");
}

}  // namespace

bool ScratchDatabase::is_available(Engine engine) {
  return engine == Engine::kSqlite || server_url() != nullptr;
}

ScratchDatabase::ScratchDatabase(Engine engine) : engine_(engine) {
  std::string unique = Uuid::random().text();
  if (engine == Engine::kSqlite) {
    folder_ = (std::filesystem::temp_directory_path() / ("strata-test-" + unique)).string();
    std::filesystem::create_directory(folder_);
    path_ = folder_ + "/scratch.db";
    url_ = "sqlite:" + path_;
    return;
  }
  if (server_url() == nullptr) throw Error(ErrorKind::kUnavailable, kSkipReason);
  std::replace(unique.begin(), unique.end(), '-', '_');
  schema_ = "test_" + unique;
  url_ = server_url();
  Database::open(url_, {.connections = 1}).execute("create schema " + schema_);
  url_ += url_.find('?') == std::string::npos ? '?' : '&';
  url_ += "options=-c%20search_path%3D" + schema_;
}

ScratchDatabase::~ScratchDatabase() {
  try {
    if (engine_ == Engine::kSqlite) {
      std::filesystem::remove_all(folder_);
    } else {
      Database::open(server_url(), {.connections = 1}).execute("drop schema " + schema_ + " cascade");
    }
  } catch (const std::exception&) {
    // The test has its result; a left-over schema or folder has a unique name.
  }
}

}  // namespace strata::database
