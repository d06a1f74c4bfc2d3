#include "strata/cli/exit_code.h"

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

TEST(ExitCode, a_script_can_tell_its_own_mistake_from_a_rule_a_silence_and_damage) {
  EXPECT_EQ(exit_code(ErrorKind::kInvalid), 2);
  EXPECT_EQ(exit_code(ErrorKind::kTooLarge), 2);
  EXPECT_EQ(exit_code(ErrorKind::kNotFound), 3);
  EXPECT_EQ(exit_code(ErrorKind::kUnauthorized), 4);
  EXPECT_EQ(exit_code(ErrorKind::kForbidden), 4);
  EXPECT_EQ(exit_code(ErrorKind::kRefused), 5);
  EXPECT_EQ(exit_code(ErrorKind::kConflict), 5);
  EXPECT_EQ(exit_code(ErrorKind::kRateLimited), 5);
  EXPECT_EQ(exit_code(ErrorKind::kUnavailable), 6);
  EXPECT_EQ(exit_code(ErrorKind::kTimeout), 6);
  EXPECT_EQ(exit_code(ErrorKind::kCorrupt), 7);
  for (const auto kind : {ErrorKind::kCancelled, ErrorKind::kNoSpace, ErrorKind::kIo, ErrorKind::kInternal})
    EXPECT_EQ(exit_code(kind), 1) << to_string(kind);
}

}  // namespace
}  // namespace strata::cli
