#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "strata/base/error.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::vfs {

/// Shorthand of tests: directory.stat(at("world/level.dat")).
inline Path at(std::string_view bytes) {
  return Path::parse(bytes);
}

/// The kind of the Error that `action` ends with; a failed expectation when it succeeds.
template <class Action>
ErrorKind failure_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "it succeeded";
  return ErrorKind::kInternal;
}

/// A test that runs on the default temporary directory and on a tmpfs:
///
///     class RenameTest : public OnEachFileSystem {};
///     TEST_P(RenameTest, ...) { directory().rename(...); }
///     STRATA_ON_EACH_FILE_SYSTEM(RenameTest);
class OnEachFileSystem : public testing::TestWithParam<const char*> {
 protected:
  static constexpr std::string_view kTmpfs = "/dev/shm";

  void SetUp() override {
    struct statfs status{};
    if (GetParam() == kTmpfs && (::statfs(GetParam(), &status) < 0 || status.f_type != TMPFS_MAGIC)) {
      GTEST_SKIP() << GetParam() << " is not a tmpfs on this machine";
    }
    temporary_ = another();
  }

  /// One more directory on the same file system.
  std::unique_ptr<TemporaryDirectory> another() const {
    return *GetParam() == '\0' ? std::make_unique<TemporaryDirectory>()
                               : std::make_unique<TemporaryDirectory>(GetParam());
  }

  const TemporaryDirectory& temporary() const { return *temporary_; }
  const Directory& directory() const { return temporary_->directory(); }
  std::string path(std::string_view below) const { return temporary_->path(below); }

 private:
  std::unique_ptr<TemporaryDirectory> temporary_;
};

#define STRATA_ON_EACH_FILE_SYSTEM(suite)                                                       \
  INSTANTIATE_TEST_SUITE_P(Each, suite, testing::Values("", "/dev/shm"), [](const auto& test) { \
    return *test.param == '\0' ? std::string("temporary_directory") : std::string("tmpfs");     \
  })

}  // namespace strata::vfs
