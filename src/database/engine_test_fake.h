#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/database/database.h"
#include "strata/database/scratch_database_fake.h"

namespace strata::database {

/// A test that runs on both engines, each time with an empty database of its own.
class OnBothEngines : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!ScratchDatabase::is_available(GetParam())) GTEST_SKIP() << ScratchDatabase::kSkipReason;
    scratch.emplace(GetParam());
  }

  Database open(Options options = {}) { return scratch->open(options); }

  std::optional<ScratchDatabase> scratch;
};

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::kSqlite ? "sqlite" : "postgresql";
}

#define STRATA_ON_BOTH_ENGINES(suite)                                                                                \
  INSTANTIATE_TEST_SUITE_P(                                                                                          \
      Engines, suite, testing::Values(::strata::database::Engine::kSqlite, ::strata::database::Engine::kPostgresql), \
      ::strata::database::engine_name)

/// The Error that `function` throws; a test failure when it throws none.
template <class Function>
Error error_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorKind::kInternal, "");
}

}  // namespace strata::database
