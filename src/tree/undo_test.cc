#include "strata/tree/undo.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::tree {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;

class UndoTest : public testing::TestWithParam<SwapKind> {
 protected:
  void swap(const SampleTree& backup, SwapOptions options) {
    const auto staging = ground_.stage(backup);
    options.now = ground_.now;
    swap_in(ground_.root(), *staging, options);
  }
  void undo() { undo_swap(ground_.root(), ground_.operation, ground_.now, ground_.privileged, ground_.warnings); }
  void expect_live(const Picture& expected) { EXPECT_EQ(differences(expected, ground_.live()), ""); }
  Undo only_undo() {
    const auto undos = list_undos(ground_.root());
    EXPECT_EQ(undos.size(), 1u);
    return undos.at(0);
  }

  RestoreGround ground_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Each, UndoTest, testing::Values(SwapKind::kExchange, SwapKind::kContents),
                         [](const auto& test) {
                           return test.param == SwapKind::kExchange ? std::string("exchange") : std::string("contents");
                         });

SampleTree old_tree() {
  SampleTree tree;
  tree.directory("closed", 0555).file("closed/readme", "cannot be changed", 0444);
  tree.directory("plugins").file("plugins/map.jar", "old jar").file("plugins/map.log", "ignored");
  tree.file("server.properties", "old");
  return tree;
}

SampleTree new_tree() {
  SampleTree tree;
  tree.directory("closed", 0500).file("closed/readme", "other", 0400);
  tree.directory("plugins", 0750).file("plugins/map.jar", "new jar");
  tree.file("plugins-new", "added").link("server.properties", "plugins-new");
  return tree;
}

TEST_P(UndoTest, an_undo_puts_back_exactly_the_tree_before_the_replace) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {});
  undo();
  expect_live(picture_of(old_tree()));
}

TEST_P(UndoTest, an_undo_puts_back_exactly_the_tree_before_the_merge) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.replace = false});
  undo();
  expect_live(picture_of(old_tree()));
}

TEST_P(UndoTest, an_undo_can_be_undone_as_often_as_one_likes) {
  ground_.begin_with(old_tree());
  for (const bool replace : {true, false}) {
    swap(new_tree(), {.replace = replace});
    const Picture restored = ground_.live();
    for (int round = 0; round < 3; ++round) {
      EXPECT_FALSE(only_undo().holds_restored);
      undo();
      expect_live(picture_of(old_tree()));
      EXPECT_TRUE(only_undo().holds_restored);
      undo();
      expect_live(restored);
    }
    undo();
    remove_undo(ground_.root(), ground_.operation);
  }
}

TEST_P(UndoTest, kept_entries_travel_with_the_live_tree) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.ignored = IgnoreRules::parse({"*.log"})});
  vfs::write_plain(ground_.live_path("plugins/map.log"), "written since");
  vfs::write_plain(ground_.live_path("new.log"), "made since");
  undo();
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/map.log")), "written since");
  EXPECT_EQ(vfs::read_plain(ground_.live_path("new.log")), "made since");
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/map.jar")), "old jar");
}

TEST_P(UndoTest, what_was_made_after_a_merge_stays_when_it_is_undone) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.replace = false});
  vfs::write_plain(ground_.live_path("plugins/since"), "made since");
  vfs::write_plain(ground_.live_path("plugins/map.jar"), "changed since");
  undo();
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/since")), "made since");
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/map.jar")), "old jar");
  EXPECT_FALSE(std::filesystem::exists(ground_.live_path("plugins-new")));
  undo();
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/map.jar")), "changed since");
}

TEST_P(UndoTest, a_folder_removed_after_a_merge_comes_back_with_what_the_merge_had_replaced) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.replace = false});
  std::filesystem::remove_all(ground_.live_path("plugins"));
  undo();
  EXPECT_EQ(vfs::read_plain(ground_.live_path("plugins/map.jar")), "old jar");
  EXPECT_FALSE(std::filesystem::exists(ground_.live_path("plugins/map.log"))) << "it was not part of the merge";
}

TEST_P(UndoTest, an_undo_lists_its_times_and_starts_anew_when_it_is_used) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.keep_undo = 48h});
  EXPECT_EQ(only_undo().operation, ground_.operation);
  EXPECT_EQ(only_undo().made, ground_.now);
  EXPECT_EQ(only_undo().expires, ground_.now + 48h);
  EXPECT_TRUE(only_undo().replace);
  ground_.now += 5h;
  undo();
  EXPECT_EQ(only_undo().made, ground_.now);
  EXPECT_EQ(only_undo().expires, ground_.now + 48h);
}

TEST_P(UndoTest, without_a_restore_there_is_nothing_to_undo) {
  EXPECT_TRUE(list_undos(ground_.root()).empty());
  EXPECT_EQ(vfs::failure_of([&] { undo(); }), ErrorKind::kNotFound);
  swap(new_tree(), {});
  ground_.operation = OperationId::random();
  EXPECT_EQ(vfs::failure_of([&] { undo(); }), ErrorKind::kNotFound);
}

TEST_P(UndoTest, a_staging_is_no_undo) {
  const auto staging = ground_.stage(new_tree());
  EXPECT_TRUE(list_undos(ground_.root()).empty());
  EXPECT_EQ(vfs::failure_of([&] { undo(); }), ErrorKind::kConflict);
}

TEST_P(UndoTest, after_its_time_an_undo_is_refused_and_removed) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {});
  const LiveRoot root = ground_.root();
  const auto nobody = [](const vfs::Directory&) { return false; };
  ground_.now += 23h + 59min;
  EXPECT_EQ(remove_expired_undos(root, ground_.now, nobody), 0u);
  ground_.now += 1min;
  EXPECT_EQ(vfs::failure_of([&] { undo(); }), ErrorKind::kRefused);
  EXPECT_EQ(remove_expired_undos(root, ground_.now, nobody), 1u);
  EXPECT_TRUE(list_undos(root).empty());
  EXPECT_EQ(vfs::failure_of([&] { undo(); }), ErrorKind::kNotFound);
  empty_trash(root, {});
  EXPECT_TRUE(ground_.workspace_names().empty());
  expect_live(picture_of(new_tree()));
}

TEST_P(UndoTest, an_old_tree_that_a_process_holds_is_not_removed) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {});
  ground_.now += 100h;
  std::string seen;
  const auto holds = [&](const vfs::Directory& tree) {
    seen = vfs::read_plain("/proc/self/fd/" + std::to_string(tree.fd()) + "/server.properties");
    return true;
  };
  EXPECT_EQ(remove_expired_undos(ground_.root(), ground_.now, holds), 0u);
  EXPECT_EQ(seen, "old");
  EXPECT_EQ(list_undos(ground_.root()).size(), 1u);
}

TEST_P(UndoTest, an_undo_is_removed_before_its_time_when_space_is_needed) {
  swap(new_tree(), {});
  remove_undo(ground_.root(), ground_.operation);
  remove_undo(ground_.root(), ground_.operation);
  EXPECT_TRUE(list_undos(ground_.root()).empty());
}

TEST_P(UndoTest, the_size_of_an_undo_is_counted_once_for_each_tree_in_it) {
  SampleTree old_one;
  old_one.file("a", std::string(1000, 'a')).hard_link("b", "a").file("c", "12345");
  ground_.begin_with(old_one);
  swap(new_tree(), {});
  EXPECT_FALSE(only_undo().bytes.has_value());
  EXPECT_EQ(measure_undo(ground_.root(), ground_.operation, {}), 1005u);
  EXPECT_EQ(only_undo().bytes, 1005u);
  undo();
  EXPECT_FALSE(only_undo().bytes.has_value()) << "another tree is in it by now";
}

TEST_P(UndoTest, restores_on_top_of_each_other_are_undone_one_by_one) {
  ground_.begin_with(old_tree());
  swap(new_tree(), {.replace = false});
  const auto first = ground_.operation;
  const Picture after_first = ground_.live();
  ground_.operation = *OperationId::parse("0b7f3f4e-6d0e-4a53-9d7a-00000000000b");
  ground_.now += 1h;
  SampleTree later;
  later.file("server.properties", "newest");
  swap(later, {});
  const auto undos = list_undos(ground_.root());
  ASSERT_EQ(undos.size(), 2u);
  EXPECT_EQ(undos[0].operation, ground_.operation) << "newest first";

  const auto undo_first = [&] { undo_swap(ground_.root(), first, ground_.now, ground_.privileged, ground_.warnings); };
  EXPECT_EQ(vfs::failure_of(undo_first), ErrorKind::kConflict) << "what the merge replaced is not the live tree";
  undo();
  expect_live(after_first);
  remove_undo(ground_.root(), ground_.operation);
  undo_first();
  expect_live(picture_of(old_tree()));
}

}  // namespace
}  // namespace strata::tree
