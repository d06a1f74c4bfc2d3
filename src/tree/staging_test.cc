#include "strata/tree/staging.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/index.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::tree {
namespace {

class StagingTest : public testing::Test {
 protected:
  std::unique_ptr<Staging> begin(OwnerRule rule = {}, StagingLimits limits = {}) {
    return std::make_unique<Staging>(ground_.root(), ground_.operation, rule, ground_.privileged, ground_.warnings,
                                     limits);
  }

  /// Adds everything, `recorded` as the backup's index knows it.
  void add(Staging& staging, const SampleTree& tree, const Staging::Recorded& recorded = {}) {
    const auto stream = tree.stream();
    staging.add_all(*stream, recorded, {}, {});
  }

  std::string staged(const Staging& staging, std::string_view below = {}) {
    std::string path = staging.directory().label();
    if (!below.empty()) path += "/" + std::string(below);
    return path;
  }

  void expect_staged(const SampleTree& tree) {
    const auto staging = begin();
    add(*staging, tree);
    staging->seal();
    EXPECT_EQ(differences(picture_of(tree), picture_of(staged(*staging))), "");
    EXPECT_EQ(ground_.warnings.count(), 0u);
  }

  ErrorKind failure(const SampleTree& tree, const Staging::Recorded& recorded = {}) {
    const auto staging = begin();
    const ErrorKind kind = vfs::failure_of([&] {
      add(*staging, tree, recorded);
      staging->seal();
    });
    staging->discard();
    return kind;
  }

  std::vector<std::string> warned() {
    std::vector<std::string> lines;
    for (const auto& warning : ground_.warnings.kept()) lines.push_back(warning.path + ": " + warning.reason);
    return lines;
  }

  RestoreGround ground_;
};

/// What an index of `tree` answers.
Staging::Recorded recorded_of(const SampleTree& tree) {
  return [entries = tree.entries()](const vfs::Path& path) -> std::optional<Entry> {
    for (const auto& entry : entries) {
      if (entry.path == path) return entry;
    }
    return std::nullopt;
  };
}

TEST_F(StagingTest, modes_times_links_and_hard_links_come_back_exactly) {
  SampleTree tree;
  tree.directory("closed", 0500).file("closed/inside", "filled before it was closed", 0400);
  tree.file("empty", "", 0).directory("folder", 01777).file("folder/first", "shared", 0640);
  tree.hard_link("folder/second", "folder/first")
      .link("link-dangling", "no/such/place")
      .link("link-out", "/etc/passwd");
  tree.link("link-up", "../../..").file("old", "before 1970").modified(-1'500'000'000).file("z", "x", 0777);
  tree.modified(4'000'000'000'123'456'789);
  expect_staged(tree);
}

TEST_F(StagingTest, names_that_are_not_text_and_deep_folders_come_back) {
  SampleTree tree;
  std::string path;
  for (std::size_t depth = 1; depth < vfs::kMaxDepth; ++depth) {
    path += path.empty() ? "deep" : "/d";
    tree.directory(path);
  }
  tree.file(path + "/leaf", "x").file("\xff\xfe new\nline", "x").file(std::string(255, 'n'), "x");
  expect_staged(tree);
}

TEST_F(StagingTest, user_attributes_come_back_on_files_and_folders) {
  SampleTree tree;
  tree.directory("folder", 0500);
  tree.last().attributes = {{"user.note", "a folder"}};
  tree.file("file", "x", 0400);
  tree.last().attributes = {{"user.empty", ""}, {"user.note", std::string("a\0b", 3)}};
  expect_staged(tree);
}

TEST_F(StagingTest, attributes_that_carry_rights_are_dropped_with_a_warning) {
  SampleTree tree;
  tree.file("tool", "x");
  tree.last().attributes = {{"security.capability", "all"}, {"trusted.x", "y"}, {"user.note", "kept"}};
  tree.link("link", "tool");
  tree.last().attributes = {{"user.note", "impossible on a link"}};
  const auto staging = begin();
  add(*staging, tree);
  staging->seal();
  EXPECT_NE(picture_of(staged(*staging)).at("tool").find("user.note=kept"), std::string::npos);
  ASSERT_EQ(ground_.warnings.count(), 2u);
  EXPECT_EQ(warned()[0].substr(0, 50), "tool: restored without extended attribute 'securit");
}

TEST_F(StagingTest, setuid_and_setgid_are_dropped_unless_owners_are_preserved) {
  SampleTree tree;
  tree.directory("shared", 02775).file("tool", "x", 04755);
  {
    const auto staging = begin();
    add(*staging, tree);
    staging->seal();
    const auto picture = picture_of(staged(*staging));
    EXPECT_TRUE(picture.at("tool").starts_with("100755 ")) << picture.at("tool");
    EXPECT_TRUE(picture.at("shared").starts_with("40775 ")) << picture.at("shared");
    EXPECT_EQ(ground_.warnings.count(), 2u);
    staging->discard();
  }
  if (!ground_.privileged.can_change_owner()) GTEST_SKIP() << "owners cannot be preserved without root rights";
  const auto staging = begin({.kind = OwnerRule::Kind::kPreserve});
  add(*staging, tree);
  staging->seal();
  EXPECT_EQ(differences(picture_of(tree), picture_of(staged(*staging))), "");
  EXPECT_EQ(ground_.warnings.count(), 2u);
}

TEST_F(StagingTest, owners_follow_the_rule) {
  if (!ground_.privileged.can_change_owner()) GTEST_SKIP() << "owners cannot be changed without root rights";
  SampleTree tree;
  tree.directory("folder").link("link", "folder").file("tool", "x", 04755);
  tree.last().uid = 1234;
  tree.last().gid = 2345;
  SampleTree foreign;
  foreign.file("implied/file", "x");
  const auto owner = [&](const Staging& staging, const char* path) {
    struct stat status{};
    EXPECT_EQ(::lstat(staged(staging, path).c_str(), &status), 0) << path;
    return std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid);
  };
  {
    const auto staging = begin({.kind = OwnerRule::Kind::kServer, .uid = 777, .gid = 888});
    add(*staging, tree);
    add(*staging, foreign);
    staging->seal();
    for (const char* path : {"folder", "link", "tool", "implied", "implied/file"}) {
      EXPECT_EQ(owner(*staging, path), "777:888") << path;
    }
    staging->discard();
  }
  const auto staging = begin({.kind = OwnerRule::Kind::kPreserve});
  add(*staging, tree);
  staging->seal();
  EXPECT_EQ(owner(*staging, "tool"), "1234:2345");
  struct stat status{};
  ASSERT_EQ(::stat(staged(*staging, "tool").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 04755u) << "the mode is set after the owner, which clears bits";
}

/// What a node without root rights has.
class NoPrivileges final : public vfs::Privileged {
 public:
  bool can_change_owner() const override { return false; }
  void change_owner(const vfs::Directory&, const vfs::Path&, std::uint32_t, std::uint32_t) override {
    throw Error(ErrorKind::kForbidden, "owners cannot be changed");
  }
};

TEST_F(StagingTest, owners_that_cannot_be_set_give_one_warning_in_all) {
  SampleTree tree;
  for (const char* path : {"a", "b", "c"}) {
    tree.file(path, "x");
    tree.last().uid = 1234;
  }
  NoPrivileges none;
  Staging staging(ground_.root(), ground_.operation, {.kind = OwnerRule::Kind::kPreserve}, none, ground_.warnings);
  add(staging, tree);
  staging.seal();
  EXPECT_EQ(warned(), (std::vector<std::string>{": owners are not restored: the node runs without root rights"}));
}

TEST_F(StagingTest, without_root_rights_closed_folders_are_filled_and_removed_all_the_same) {
  SampleTree tree;
  tree.directory("a", 0).directory("a/b", 0500).file("a/b/c", "x", 0).directory("unsearchable", 0600);
  tree.link("unsearchable/link", "x");
  vfs::TemporaryDirectory temporary("/dev/shm");
  std::filesystem::create_directories(temporary.path("servers/alpha"));
  vfs::give_to_plain_user(temporary.path());
  const std::string answer = vfs::as_plain_user([&]() -> std::string {
    vfs::PosixKernel kernel;
    Staging staging(inspect_live_root(kernel, temporary.path("servers/alpha")), ground_.operation, OwnerRule{},
                    ground_.privileged, ground_.warnings);
    add(staging, tree);
    staging.seal();
    struct stat status{};
    if (::stat(staged(staging, "a").c_str(), &status) != 0 || (status.st_mode & 07777u) != 0) return "wrong mode of a";
    if (::stat(staged(staging, "unsearchable").c_str(), &status) != 0 || (status.st_mode & 07777u) != 0600) {
      return "wrong mode of unsearchable";
    }
    staging.discard();
    return std::filesystem::exists(staged(staging)) ? "it was not removed" : "restored and removed";
  });
  EXPECT_EQ(answer, "restored and removed");
}

TEST_F(StagingTest, zero_blocks_of_a_sparse_file_become_holes) {
  std::string content(3'000'000, '\0');
  content.replace(1'000'000, 5, "data!");
  content.replace(2'999'995, 5, "data!");
  SampleTree tree;
  tree.file("ends-in-a-hole", std::string(1'000'000, '\0'));
  tree.last().sparse = true;
  tree.file("not-sparse", std::string(1'000'000, '\0')).file("sparse", content);
  tree.last().sparse = true;
  const auto staging = begin();
  add(*staging, tree);
  staging->seal();
  EXPECT_EQ(differences(picture_of(tree), picture_of(staged(*staging))), "");
  const auto allocated = [&](const char* path) {
    struct stat status{};
    EXPECT_EQ(::stat(staged(*staging, path).c_str(), &status), 0);
    return status.st_blocks * 512;
  };
  EXPECT_EQ(allocated("ends-in-a-hole"), 0);
  EXPECT_LE(allocated("sparse"), 16'384);
  EXPECT_GE(allocated("not-sparse"), 1'000'000);
}

TEST_F(StagingTest, parents_that_a_foreign_archive_leaves_out_are_made) {
  SampleTree tree;
  tree.file("a/b/file", "x").directory("a", 0711).modified(1'000'000'000);
  const auto staging = begin();
  add(*staging, tree);
  staging->seal();
  const auto picture = picture_of(staged(*staging));
  EXPECT_TRUE(picture.at("a/b").starts_with("40755 "));
  EXPECT_TRUE(picture.at("a").starts_with("40711 ")) << "described later";
  EXPECT_EQ(staging->entries(), 2u);
  const vfs::Directory root = staging->directory().duplicate();
  EXPECT_FALSE(staging->is_implied(root.stat(vfs::at("a"))));
  EXPECT_TRUE(staging->is_implied(root.stat(vfs::at("a/b"))));
}

TEST_F(StagingTest, a_backup_that_contradicts_itself_is_damaged) {
  EXPECT_EQ(failure(SampleTree().file("a", "x").file("a", "y")), ErrorKind::kCorrupt) << "a file twice";
  EXPECT_EQ(failure(SampleTree().file("a", "x").directory("a")), ErrorKind::kCorrupt);
  EXPECT_EQ(failure(SampleTree().directory("a").file("a", "x")), ErrorKind::kCorrupt);
  EXPECT_EQ(failure(SampleTree().file("a", "x").file("a/b", "y")), ErrorKind::kCorrupt) << "beneath a file";
  EXPECT_EQ(failure(SampleTree().link("a", "b").file("a/b", "y")), ErrorKind::kCorrupt) << "beneath a link";
  EXPECT_EQ(failure(SampleTree().link("a", "b").link("a", "c")), ErrorKind::kCorrupt);
  SampleTree dangling;
  dangling.file("a", "x").hard_link("b", "a");
  dangling.last().hard_link = vfs::at("c");
  EXPECT_EQ(failure(dangling), ErrorKind::kCorrupt) << "a hard link to nothing";
  SampleTree to_folder;
  to_folder.directory("d").file("a", "x").hard_link("b", "a");
  to_folder.last().hard_link = vfs::at("d");
  EXPECT_EQ(failure(to_folder), ErrorKind::kCorrupt) << "a hard link to a folder";
}

TEST_F(StagingTest, a_folder_that_comes_twice_has_its_later_attributes) {
  SampleTree tree;
  tree.directory("a", 0600).directory("b", 0755).directory("a", 0711).directory("b", 0600);
  const auto staging = begin();
  add(*staging, tree);
  staging->seal();
  EXPECT_TRUE(picture_of(staged(*staging)).at("a").starts_with("40711 "));
  EXPECT_TRUE(picture_of(staged(*staging)).at("b").starts_with("40600 "));
  EXPECT_EQ(staging->entries(), 2u);
}

TEST_F(StagingTest, content_that_is_not_what_was_recorded_is_damaged) {
  const SampleTree good = SampleTree().file("a", "content");
  const auto with = [&](auto change) {
    SampleTree tree = good;
    change(tree.last());
    return tree;
  };
  EXPECT_EQ(failure(with([](Entry& entry) { entry.size = 6; })), ErrorKind::kCorrupt) << "longer than said";
  EXPECT_EQ(failure(with([](Entry& entry) { entry.size = 8; })), ErrorKind::kCorrupt) << "cut off";
  EXPECT_EQ(failure(with([](Entry& entry) { entry.hash->back() ^= 1; })), ErrorKind::kCorrupt) << "other bytes";
  const SampleTree other = SampleTree().file("a", "CONTENT");
  EXPECT_EQ(failure(other, recorded_of(good)), ErrorKind::kCorrupt) << "the index has another hash";
  EXPECT_EQ(failure(SampleTree().file("a", "longer content"), recorded_of(good)), ErrorKind::kCorrupt);
  EXPECT_EQ(failure(SampleTree().link("a", "b"), recorded_of(good)), ErrorKind::kCorrupt) << "another type";
  EXPECT_EQ(failure(SampleTree().link("a", "b"), recorded_of(SampleTree().link("a", "c"))), ErrorKind::kCorrupt);
  EXPECT_EQ(failure(SampleTree().file("b", "content"), recorded_of(good)), ErrorKind::kCorrupt) << "not in the index";
}

TEST_F(StagingTest, what_the_index_recorded_wins_over_what_the_stream_can_say) {
  SampleTree full;
  full.file("a", "x", 0640);
  full.last().attributes = {{"user.note", "only the index has it"}};
  SampleTree poor;
  poor.file("a", "x", 0600).modified(1'000'000'000);
  const auto staging = begin();
  add(*staging, poor, recorded_of(full));
  staging->seal();
  EXPECT_EQ(differences(picture_of(full), picture_of(staged(*staging))), "");
}

/// An index of what `tree` holds.
class Indexed {
 public:
  explicit Indexed(const SampleTree& tree) : writer_(temporary_.directory()) {
    for (const auto& entry : tree.entries()) writer_.add(entry);
    Manifest manifest;
    const RangedReader& blob = writer_.finish(manifest);
    reader_ = std::make_unique<IndexReader>(std::shared_ptr<const RangedReader>(&blob, [](const auto*) {}));
  }
  const IndexReader& index() const { return *reader_; }

 private:
  vfs::TemporaryDirectory temporary_;
  IndexWriter writer_;
  std::unique_ptr<IndexReader> reader_;
};

TEST_F(StagingTest, a_staged_tree_is_compared_with_the_whole_index) {
  SampleTree whole;
  whole.directory("d").file("d/a", "x").link("link", "d").file("z", "y");
  const auto verify = [&](const SampleTree& stream, const SampleTree& indexed) {
    const auto staging = begin();
    add(*staging, stream);
    try {
      staging->verify_complete(Indexed(indexed).index());
      staging->seal();
    } catch (...) {
      staging->discard();
      throw;
    }
    staging->discard();
  };
  EXPECT_NO_THROW(verify(whole, whole));
  const SampleTree without_file = SampleTree().directory("d").link("link", "d").file("z", "y");
  const SampleTree other_link = SampleTree().directory("d").file("d/a", "x").link("link", "z").file("z", "y");
  const SampleTree other_type = SampleTree().directory("d").file("d/a", "x").link("link", "d").directory("z");
  for (const auto& other : {without_file, other_link, other_type}) {
    EXPECT_EQ(vfs::failure_of([&] { verify(other, whole); }), ErrorKind::kCorrupt);
    EXPECT_EQ(vfs::failure_of([&] { verify(whole, other); }), ErrorKind::kCorrupt);
  }
}

TEST_F(StagingTest, limits_end_a_restore) {
  const auto over = [&](const SampleTree& tree, StagingLimits limits) {
    const auto staging = begin({}, limits);
    const auto kind = vfs::failure_of([&] { add(*staging, tree); });
    staging->discard();
    return kind;
  };
  EXPECT_EQ(over(SampleTree().file("a", "x").file("b", "x").link("c", "x"), {.entries = 2}), ErrorKind::kTooLarge);
  EXPECT_EQ(over(SampleTree().file("a", "12345").file("b", "123456"), {.bytes = 10}), ErrorKind::kTooLarge);
}

TEST_F(StagingTest, the_workspace_name_in_a_backup_is_not_restored) {
  SampleTree tree;
  tree.directory(std::string(kWorkspaceName)).file(std::string(kWorkspaceName) + "/plan", "forged").file("a", "x");
  const auto staging = begin();
  add(*staging, tree, recorded_of(SampleTree().directory("unused").file("a", "x")));
  staging->seal();
  EXPECT_EQ(picture_of(staged(*staging)).size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(staged(*staging, kWorkspaceName)));
  EXPECT_EQ(staging->entries(), 1u);
  EXPECT_EQ(ground_.warnings.count(), 2u);
}

TEST_F(StagingTest, progress_is_told_and_a_stop_is_heeded_within_a_file) {
  SampleTree tree;
  tree.file("large", std::string(2'000'000, 'x'));
  const auto staging = begin();
  Bytes told = 0;
  std::stop_source stop;
  const auto stream = tree.stream();
  const auto kind = vfs::failure_of([&] {
    staging->add_all(
        *stream, {},
        [&](Bytes bytes) {
          told += bytes;
          if (told >= 500'000) stop.request_stop();
        },
        stop.get_token());
  });
  EXPECT_EQ(kind, ErrorKind::kCancelled);
  EXPECT_GE(told, 500'000u);
  EXPECT_LT(told, 2'000'000u);
}

TEST_F(StagingTest, one_operation_has_one_area_and_discarding_leaves_nothing) {
  const auto staging = begin();
  EXPECT_EQ(vfs::failure_of([&] { begin(); }), ErrorKind::kConflict);
  staging->discard();
  staging->discard();
  EXPECT_TRUE(ground_.workspace_names().empty());
  EXPECT_EQ(vfs::state_of(ground_.live_path()).size(), 1u) << "the live tree is untouched";
}

TEST_F(StagingTest, a_failed_system_call_ends_the_restore_and_leaves_nothing_after_recovery) {
  SampleTree tree;
  tree.directory("d", 0500).file("d/a", "x").hard_link("d/b", "d/a").link("l", "d").file("implied/f", "y");
  Picture whole;
  const auto picture = [&](const Staging& staging) {
    Picture now = picture_of(staged(staging));
    now["implied"].clear();  // its time is the moment it was made
    return now;
  };
  for (std::size_t n = 0;; ++n) {
    vfs::PosixKernel real;
    vfs::FaultKernel kernel(real);
    const LiveRoot root = ground_.root(kernel);
    kernel.reset();
    if (n > 0) kernel.fail_call(n, EIO);  // the first round shows what is right
    try {
      const auto staging = ground_.stage(root, tree);
      if (n == 0) whole = picture(*staging);
      EXPECT_EQ(differences(whole, picture(*staging)), "") << "call " << n << " failed and nobody noticed";
    } catch (const Error& error) {
      EXPECT_TRUE(kernel.fault_happened()) << error.message();
    }
    EXPECT_TRUE(ground_.live().empty());
    ground_.recover();
    empty_trash(ground_.root(), {});
    EXPECT_TRUE(ground_.workspace_names().empty()) << "call " << n;
    if (n > 0 && !kernel.fault_happened()) break;
    ASSERT_LT(n, 5000u);
  }
}

}  // namespace
}  // namespace strata::tree
