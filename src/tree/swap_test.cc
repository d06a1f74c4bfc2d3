#include "strata/tree/swap.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::tree {
namespace {

/// How the root is swapped; the last is a file system that cannot exchange (ZFS before 2.2).
enum class Way { kExchange, kContents, kWithoutExchange };

class SwapTest : public testing::TestWithParam<Way> {
 protected:
  SwapTest() {
    if (GetParam() == Way::kWithoutExchange) kernel_.refuse_rename_flags();
  }

  LiveRoot root() { return ground_.root(kernel_); }

  void swap(const SampleTree& backup, SwapOptions options) {
    const LiveRoot live = root();
    const auto staging = ground_.stage(live, backup);
    options.now = ground_.now;
    swap_in(live, *staging, options);
  }

  void expect_live(const Picture& expected) { EXPECT_EQ(differences(expected, ground_.live()), ""); }

  RestoreGround ground_{GetParam() == Way::kContents ? std::optional(SwapKind::kContents) : std::nullopt};
  vfs::PosixKernel real_;
  vfs::FaultKernel kernel_{real_};
};

INSTANTIATE_TEST_SUITE_P(Each, SwapTest, testing::Values(Way::kExchange, Way::kContents, Way::kWithoutExchange),
                         [](const auto& test) -> std::string {
                           switch (test.param) {
                             case Way::kExchange:
                               return "exchange";
                             case Way::kContents:
                               return "contents";
                             case Way::kWithoutExchange:
                               return "without_exchange";
                           }
                           return "unknown";
                         });

SampleTree old_tree() {
  SampleTree tree;
  tree.directory("closed", 0555).file("closed/readme", "cannot be changed", 0444);
  tree.file("gone.txt", "only in the old tree");
  tree.link("latest", "gone.txt");
  tree.directory("plugins").file("plugins/map.jar", "old jar").file("plugins/map.yml", "tenant's own");
  tree.file("server.properties", "old");
  tree.directory("was-folder").file("was-folder/inside", "beneath what becomes a file");
  tree.file("will-be-folder", "becomes a folder");
  return tree;
}

SampleTree new_tree() {
  SampleTree tree;
  tree.directory("empty", 0700);
  tree.link("latest", "/etc/passwd");
  tree.directory("plugins", 0750).file("plugins/map.jar", "new jar").file("plugins/shop.jar", "added");
  tree.file("server.properties", "new", 0600).hard_link("server.properties.bak", "server.properties");
  tree.file("was-folder", "now a file");
  tree.directory("will-be-folder").file("will-be-folder/inside", "in the new folder");
  return tree;
}

TEST_P(SwapTest, a_replace_leaves_exactly_the_backup) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {});
  expect_live(picture_of(new_tree()));
}

TEST_P(SwapTest, an_empty_backup_empties_the_server) {
  ground_.begin_with(old_tree());
  swap(SampleTree(), {});
  expect_live({});
}

TEST_P(SwapTest, a_backup_is_restored_into_an_empty_server) {
  swap(new_tree(), {});
  expect_live(picture_of(new_tree()));
}

TEST_P(SwapTest, the_root_keeps_its_own_mode_owner_and_attributes) {
  ASSERT_EQ(::setxattr(ground_.live_path().c_str(), "user.quota", "7", 1, 0), 0);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(ground_.live_path().c_str(), 1234, 2345), 0);
  }
  ASSERT_EQ(::chmod(ground_.live_path().c_str(), 02751), 0);
  struct stat before{};
  ASSERT_EQ(::stat(ground_.live_path().c_str(), &before), 0);
  swap(new_tree(), {});
  struct stat after{};
  ASSERT_EQ(::stat(ground_.live_path().c_str(), &after), 0);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
  char value[8] = {};
  EXPECT_EQ(::getxattr(ground_.live_path().c_str(), "user.quota", value, sizeof value), 1);
}

TEST_P(SwapTest, a_root_without_write_permission_is_replaced_too) {
  ground_.begin_with(old_tree());
  ASSERT_EQ(::chmod(ground_.live_path().c_str(), 0555), 0);
  swap(new_tree(), {});
  expect_live(picture_of(new_tree()));
  struct stat after{};
  ASSERT_EQ(::stat(ground_.live_path().c_str(), &after), 0);
  EXPECT_EQ(after.st_mode & 07777u, 0555u);
}

TEST_P(SwapTest, a_merge_overwrites_what_the_backup_has_and_keeps_the_rest) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.replace = false});
  Picture expected = picture_of(old_tree());
  expected.erase("was-folder/inside");
  for (const auto& [path, what] : picture_of(new_tree())) expected[path] = what;
  expect_live(expected);
}

TEST_P(SwapTest, a_merge_leaves_folders_alone_that_the_backup_only_passes_through) {
  SampleTree old_one;
  old_one.directory("plugins", 0711).file("plugins/map.yml", "tenant's own");
  ground_.begin_with(old_one);
  SampleTree foreign;
  foreign.file("plugins/map.jar", "new jar").modified(5'000'000'000);
  swap(foreign, {.replace = false});
  Picture expected = picture_of(old_one);
  struct stat status{};
  ASSERT_EQ(::stat(ground_.live_path("plugins/map.jar").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtim.tv_sec, 5);
  EXPECT_EQ(ground_.live()["plugins"], expected["plugins"]);
  EXPECT_EQ(ground_.live()["plugins/map.yml"], expected["plugins/map.yml"]);
}

/// The old tree with ignored entries at every place where they need something.
SampleTree tree_with_ignored() {
  SampleTree tree;
  tree.file("debug.log", "at the top");
  tree.directory("logs", 0700).file("logs/run.log", "in a folder that the backup lacks");
  tree.directory("plugins").directory("plugins/cache", 0555).file("plugins/cache/tiles", "a whole folder");
  tree.file("plugins/map.jar", "old jar").file("plugins/map.log", "beside a restored file");
  tree.file("server.properties", "old");
  return tree;
}

const std::vector<std::string> kKept = {"debug.log",           "logs",           "logs/run.log", "plugins/cache",
                                        "plugins/cache/tiles", "plugins/map.log"};

TEST_P(SwapTest, a_replace_keeps_ignored_live_entries) {
  ground_.begin_with(tree_with_ignored());
  swap(new_tree(), {.ignored = IgnoreRules::parse({"*.log", "cache/"})});
  Picture expected = picture_of(new_tree());
  const Picture before = picture_of(tree_with_ignored());
  for (const auto& path : kKept) expected[path] = before.at(path);
  expect_live(expected);
}

TEST_P(SwapTest, a_replace_takes_ignored_entries_away_when_asked_to) {
  ground_.begin_with(tree_with_ignored());
  swap(new_tree(), {.keep_ignored = false, .ignored = IgnoreRules::parse({"*.log", "cache/"})});
  expect_live(picture_of(new_tree()));
}

TEST_P(SwapTest, where_the_backup_has_an_entry_itself_the_live_one_goes_to_the_undo_with_a_warning) {
  SampleTree old_one;
  old_one.file("debug.log", "live").directory("data").file("data/run.log", "in what becomes a file");
  ground_.begin_with(old_one);
  SampleTree backup;
  backup.file("debug.log", "from the backup").file("data", "a file");
  swap(backup, {.ignored = IgnoreRules::parse({"*.log"})});
  expect_live(picture_of(backup));
  std::vector<std::string> paths;
  for (const auto& warning : ground_.warnings.kept()) paths.push_back(warning.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"data/run.log", "debug.log"}));
}

TEST_P(SwapTest, a_swap_made_twice_is_refused) {
  const LiveRoot live = root();
  const auto staging = ground_.stage(live, new_tree());
  swap_in(live, *staging, {});
  EXPECT_EQ(vfs::failure_of([&] { swap_in(live, *staging, {}); }), ErrorKind::kConflict);
  staging->discard();
  EXPECT_EQ(list_undos(live).size(), 1u) << "discarding a staging that was swapped in must not take the undo away";
}

TEST_P(SwapTest, servers_in_one_folder_do_not_meet) {
  ground_.begin_with(old_tree());
  const std::string beta = ground_.servers_path() + "/beta";
  std::filesystem::create_directory(beta);
  vfs::write_plain(beta + "/own", "beta's");
  const auto before = picture_of(beta);
  swap(new_tree(), {});
  EXPECT_EQ(differences(before, picture_of(beta)), "");
  EXPECT_TRUE(list_undos(inspect_live_root(kernel_, beta)).empty());
}

TEST_P(SwapTest, names_that_are_not_text_and_deep_folders_are_swapped) {
  SampleTree tree;
  std::string path = "caf\xe9\n\\";
  tree.directory(path);
  for (int depth = 2; depth <= 100; ++depth) tree.directory(path += "/d");
  tree.file(path + "/\xff\xfe", "at the bottom");
  SampleTree old_one;
  old_one.directory("caf\xe9\n\\").file("caf\xe9\n\\/x.log", "kept");
  ground_.begin_with(old_one);
  swap(tree, {.ignored = IgnoreRules::parse({"*.log"})});
  Picture expected = picture_of(tree);
  expected["caf\xe9\n\\/x.log"] = picture_of(old_one)["caf\xe9\n\\/x.log"];
  expect_live(expected);
}

}  // namespace
}  // namespace strata::tree
