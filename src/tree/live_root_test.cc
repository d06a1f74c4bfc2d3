#include "strata/tree/live_root.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::tree {
namespace {

class LiveRootTest : public testing::Test {
 protected:
  SwapKind swap_of(const std::string& path) { return inspect_live_root(kernel_, path).swap; }
  ErrorKind failure(const std::string& path) {
    return vfs::failure_of([&] { inspect_live_root(kernel_, path); });
  }

  RestoreGround ground_;
  vfs::PosixKernel kernel_;
};

/// Unmounts when the test ends, whatever happened.
class Mounted {
 public:
  Mounted(const char* source, std::string target, const char* type, unsigned long flags) : target_(std::move(target)) {
    done_ = ::mount(source, target_.c_str(), type, flags, nullptr) == 0;
  }
  ~Mounted() {
    if (done_) ::umount2(target_.c_str(), MNT_DETACH);
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  bool done() const { return done_; }

 private:
  std::string target_;
  bool done_ = false;
};

TEST_F(LiveRootTest, a_plain_directory_is_exchanged) {
  const LiveRoot root = inspect_live_root(kernel_, ground_.live_path() + "//");
  EXPECT_EQ(root.swap, SwapKind::kExchange);
  EXPECT_EQ(root.name, RestoreGround::kServer);
  EXPECT_EQ(root.open().stat({}).inode, root.parent.stat(vfs::at("alpha")).inode);
  EXPECT_FALSE(root.find_workspace().has_value());
  EXPECT_EQ(root.workspace().label(), ground_.servers_path() + "/.strata-restore/alpha");
  EXPECT_TRUE(root.find_workspace().has_value());
}

TEST_F(LiveRootTest, a_mount_point_is_restored_by_its_contents) {
  const Mounted mounted("tmpfs", ground_.live_path(), "tmpfs", 0);
  if (!mounted.done()) GTEST_SKIP() << "this process may not mount";
  EXPECT_EQ(swap_of(ground_.live_path()), SwapKind::kContents);

  SampleTree before;
  before.directory("world").file("world/level.dat", "old").file("run.log", "kept");
  SampleTree backup;
  backup.directory("world").file("world/level.dat", "new").file("world/new.dat", "added");
  ground_.begin_with(before);
  const auto staging = ground_.stage(backup);
  swap_in(ground_.root(), *staging, {.ignored = IgnoreRules::parse({"*.log"}), .now = ground_.now});
  Picture expected = picture_of(backup);
  expected["run.log"] = picture_of(before)["run.log"];
  EXPECT_EQ(differences(expected, ground_.live()), "");
  undo_swap(ground_.root(), ground_.operation, ground_.now, ground_.privileged, ground_.warnings);
  EXPECT_EQ(differences(picture_of(before), ground_.live()), "");
  EXPECT_FALSE(std::filesystem::exists(ground_.servers_path() + "/.strata-restore")) << "the workspace is inside";
}

TEST_F(LiveRootTest, a_bind_mount_of_the_same_file_system_is_a_mount_point_too) {
  std::filesystem::create_directory(ground_.path("elsewhere"));
  const Mounted mounted(ground_.path("elsewhere").c_str(), ground_.live_path(), nullptr, MS_BIND);
  if (!mounted.done()) GTEST_SKIP() << "this process may not mount";
  EXPECT_EQ(swap_of(ground_.live_path()), SwapKind::kContents);
}

TEST_F(LiveRootTest, a_root_whose_parent_belongs_to_somebody_else_is_restored_by_its_contents) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs a folder of somebody else";
  std::filesystem::permissions(ground_.path(""), std::filesystem::perms(0755));
  vfs::give_to_plain_user(ground_.live_path());
  const auto swap = [&] {
    return vfs::as_plain_user(
        [&] { return std::string(swap_of(ground_.live_path()) == SwapKind::kContents ? "contents" : "exchange"); });
  };
  EXPECT_EQ(swap(), "contents");
  ASSERT_EQ(::chmod(ground_.servers_path().c_str(), 0777), 0);
  EXPECT_EQ(swap(), "exchange");
}

TEST_F(LiveRootTest, what_cannot_be_a_root_is_refused_in_words) {
  EXPECT_EQ(failure("/"), ErrorKind::kInvalid);
  EXPECT_EQ(failure("relative"), ErrorKind::kInvalid);
  EXPECT_EQ(failure(ground_.servers_path() + "/.."), ErrorKind::kInvalid);
  EXPECT_EQ(failure(ground_.servers_path() + "/beta"), ErrorKind::kNotFound);
  vfs::write_plain(ground_.servers_path() + "/file", "x");
  EXPECT_EQ(failure(ground_.servers_path() + "/file"), ErrorKind::kInvalid);
  std::filesystem::create_symlink(ground_.live_path(), ground_.servers_path() + "/link");
  EXPECT_EQ(failure(ground_.servers_path() + "/link"), ErrorKind::kInvalid);
}

TEST_F(LiveRootTest, the_workspace_is_known_by_its_name_at_the_top_only) {
  EXPECT_TRUE(is_in_workspace(vfs::at(".strata-restore")));
  EXPECT_TRUE(is_in_workspace(vfs::at(".strata-restore/alpha/plan")));
  EXPECT_FALSE(is_in_workspace(vfs::at("world/.strata-restore")));
  EXPECT_FALSE(is_in_workspace(vfs::at(".strata-restored")));
  EXPECT_FALSE(is_in_workspace({}));
}

}  // namespace
}  // namespace strata::tree
