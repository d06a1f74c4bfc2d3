#include <atomic>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

/// The tenant owns the live tree and may do anything to it at any moment. What lies outside stays untouched.
namespace strata::tree {
namespace {

class HostileTest : public testing::TestWithParam<SwapKind> {
 protected:
  HostileTest() {
    std::filesystem::create_directory(canary());
    vfs::write_plain(canary() + "/map.jar", "not the tenant's");
    vfs::write_plain(canary() + "/run.log", "not the tenant's");
    before_ = vfs::state_of(canary());
  }
  void TearDown() override { EXPECT_EQ(vfs::state_of(canary()), before_); }

  std::string canary() const { return ground_.path("outside"); }
  void plant(std::string_view path) {
    std::filesystem::remove_all(ground_.live_path(path));
    std::filesystem::create_symlink(canary(), ground_.live_path(path));
  }

  RestoreGround ground_{GetParam()};
  std::map<std::string, std::string> before_;
};

INSTANTIATE_TEST_SUITE_P(Each, HostileTest, testing::Values(SwapKind::kExchange, SwapKind::kContents),
                         [](const auto& test) {
                           return test.param == SwapKind::kExchange ? std::string("exchange") : std::string("contents");
                         });

SampleTree old_tree() {
  SampleTree tree;
  tree.directory("plugins").file("plugins/map.jar", "old").directory("plugins/data").file("plugins/data/x", "old");
  tree.file("plugins/run.log", "ignored");
  return tree;
}

SampleTree new_tree() {
  SampleTree tree;
  tree.directory("plugins").directory("plugins/data").file("plugins/data/x", "new").file("plugins/map.jar", "new");
  return tree;
}

TEST_P(HostileTest, restoring_over_a_symlink_stays_inside_the_server) {
  for (const bool replace : {true, false}) {
    std::filesystem::remove_all(ground_.live_path("plugins"));
    plant("plugins");
    const Picture before = ground_.live();
    const auto staging = ground_.stage(new_tree());
    swap_in(ground_.root(), *staging,
            {.replace = replace, .ignored = IgnoreRules::parse({"*.log"}), .now = ground_.now});
    EXPECT_EQ(differences(picture_of(new_tree()), ground_.live()), "");
    undo_swap(ground_.root(), ground_.operation, ground_.now, ground_.privileged, ground_.warnings);
    EXPECT_EQ(differences(before, ground_.live()), "") << "the link is the tenant's own and comes back";
    remove_undo(ground_.root(), ground_.operation);
    empty_trash(ground_.root(), {});
  }
}

TEST_P(HostileTest, links_in_a_backup_lead_nowhere_while_it_is_restored) {
  SampleTree backup;
  backup.link("plugins", canary()).file("plugins/map.jar", "through the link");
  EXPECT_EQ(vfs::failure_of([&] { ground_.stage(backup); }), ErrorKind::kCorrupt);
}

TEST_P(HostileTest, a_folder_that_became_a_link_after_a_crash_is_left_out_and_told) {
  ground_.begin_with(old_tree());
  vfs::PosixKernel real;
  std::size_t steps_cut = 0;
  for (std::size_t renames = 1; renames <= 3; ++renames) {
    vfs::FaultKernel kernel(real);
    const LiveRoot root = ground_.root(kernel);
    const auto staging = ground_.stage(root, new_tree());
    kernel.reset();
    kernel.fail_call("renameat2", 2 + renames, EIO, vfs::FaultKernel::Repeat::kForever);
    EXPECT_THROW(swap_in(root, *staging, {.replace = false, .now = ground_.now}), Error);
    plant("plugins");
    Warnings warnings;
    recover_swaps(ground_.root(), ground_.privileged, warnings);
    steps_cut += warnings.count();
    EXPECT_TRUE(std::filesystem::is_symlink(ground_.live_path("plugins")));
    for (const auto& undo : list_undos(ground_.root())) remove_undo(ground_.root(), undo.operation);
    empty_trash(ground_.root(), {});
    std::filesystem::remove(ground_.live_path("plugins"));
    ground_.begin_with(old_tree());
  }
  EXPECT_GT(steps_cut, 0u);
}

TEST_P(HostileTest, a_tenant_who_flips_folders_and_links_never_gets_a_restore_out_of_the_server) {
  constexpr int kRounds = 60;
  const std::string folder = ground_.live_path("plugins");
  const std::string evil = ground_.live_path("evil");
  int restored = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::filesystem::remove_all(folder);
    std::filesystem::remove_all(evil);
    ground_.begin_with(old_tree());
    std::filesystem::create_symlink(canary(), evil);
    const auto staging = ground_.stage(new_tree());
    std::atomic<bool> stop = false;
    std::atomic<int> flips = 0;
    std::thread tenant([&] {
      while (!stop) {
        ::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, evil.c_str(), RENAME_EXCHANGE);
        ++flips;
      }
    });
    while (flips == 0) std::this_thread::yield();
    try {
      swap_in(ground_.root(), *staging,
              {.replace = round % 3 == 0, .ignored = IgnoreRules::parse({"*.log"}), .now = ground_.now});
      ++restored;
      undo_swap(ground_.root(), ground_.operation, ground_.now, ground_.privileged, ground_.warnings);
    } catch (const Error&) {
      // Refusing is fine, leaving the server is not.
    }
    stop = true;
    tenant.join();
    ground_.recover();
    for (const auto& undo : list_undos(ground_.root())) remove_undo(ground_.root(), undo.operation);
    empty_trash(ground_.root(), {});
    ASSERT_EQ(vfs::state_of(canary()), before_) << "round " << round;
  }
  EXPECT_GT(restored, 0) << "no round got as far as a swap: the test shows nothing";
}

TEST_P(HostileTest, a_planted_workspace_is_refused) {
  const std::string anchor = GetParam() == SwapKind::kContents ? ground_.live_path() : ground_.servers_path();
  const std::string planted = anchor + "/" + std::string(kWorkspaceName);
  const auto expect_refused = [&](const char* what) {
    EXPECT_EQ(vfs::failure_of([&] { ground_.stage(new_tree()); }), ErrorKind::kRefused) << what;
    EXPECT_EQ(vfs::failure_of([&] { ground_.recover(); }), ErrorKind::kRefused) << what;
    std::filesystem::remove_all(planted);
  };
  std::filesystem::create_symlink(canary(), planted);
  expect_refused("a link");
  std::filesystem::create_directory(planted);
  ASSERT_EQ(::chmod(planted.c_str(), 0777), 0);
  expect_refused("a folder open to all");
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a folder of somebody else";
  std::filesystem::create_directory(planted);
  ASSERT_EQ(::chmod(planted.c_str(), 0700), 0);
  ASSERT_EQ(::chown(planted.c_str(), 1234, 1234), 0);
  expect_refused("a folder of somebody else");
}

}  // namespace
}  // namespace strata::tree
