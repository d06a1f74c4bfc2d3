#include "strata/vfs/privileged.h"

#include <unistd.h>

#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::vfs {
namespace {

class PrivilegedTest : public OnEachFileSystem {};
STRATA_ON_EACH_FILE_SYSTEM(PrivilegedTest);

TEST_P(PrivilegedTest, root_changes_owners_of_files_and_of_links_themselves) {
  InProcessPrivileged privileged;
  if (!privileged.can_change_owner()) GTEST_SKIP() << "this process may not change owners";
  write_plain(path("file"), "");
  ASSERT_EQ(::symlink("file", path("link").c_str()), 0);
  privileged.change_owner(directory(), at("link"), 70'000, 70'001);
  EXPECT_EQ(directory().stat(at("link")).uid, 70'000u);
  EXPECT_EQ(directory().stat(at("link")).gid, 70'001u);
  EXPECT_NE(directory().stat(at("file")).uid, 70'000u);
}

TEST_P(PrivilegedTest, a_plain_user_is_told_that_owners_stay_as_they_are) {
  write_plain(path("file"), "");
  give_to_plain_user(temporary().path());
  const auto before = state_of(temporary().path());
  EXPECT_EQ(as_plain_user([&]() -> std::string {
              InProcessPrivileged privileged;
              if (privileged.can_change_owner()) return "it says it can";
              PosixKernel kernel;
              const Directory directory = temporary().open(kernel);
              try {
                privileged.change_owner(directory, at("file"), 1, 1);
              } catch (const Error& error) {
                return error.kind() == ErrorKind::kForbidden ? "" : error.message();
              }
              return "it was changed";
            }),
            "");
  EXPECT_EQ(state_of(temporary().path()), before);
}

}  // namespace
}  // namespace strata::vfs
