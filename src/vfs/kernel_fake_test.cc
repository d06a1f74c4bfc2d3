#include "strata/vfs/kernel_fake.h"

#include <set>

#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/publish.h"

namespace strata::vfs {
namespace {

using Tree = std::map<std::string, std::string>;

/// The twin proves what other tests rest on: each test here states one thing an honest disk does.
class PowerLossTest : public OnEachFileSystem {
 protected:
  void SetUp() override {
    OnEachFileSystem::SetUp();
    if (IsSkipped()) return;
    watched_ = temporary().open(kernel_);
    kernel_.reset();
  }

  const Directory& watched() const { return watched_; }
  FaultKernel& kernel() { return kernel_; }
  void track() { kernel_.track(temporary().path()); }

  Tree after(PowerLoss policy, std::uint64_t seed = 0) const {
    const auto revived = another();
    kernel_.materialise_after_power_loss(revived->path(), policy, seed);
    return tree_of(revived->path());
  }

  void write(std::string_view name, std::string_view content) {
    watched_.open_or_create_file(at(name)).write(as_bytes(content));
  }

 private:
  PosixKernel real_;
  FaultKernel kernel_{real_};
  Directory watched_;
};
STRATA_ON_EACH_FILE_SYSTEM(PowerLossTest);

TEST_P(PowerLossTest, what_was_there_before_is_durable) {
  directory().make_directories(at("a/b"));
  write_plain(path("a/b/file"), "old");
  ASSERT_EQ(::symlink("../b", path("a/link").c_str()), 0);
  track();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), tree_of(temporary().path()));
}

TEST_P(PowerLossTest, nothing_unsynced_is_promised) {
  write_plain(path("old"), "old");
  track();
  write("old", "new");
  write("fresh", "fresh");
  watched().remove_file(at("old"));
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"old", "old"}}));
  EXPECT_EQ(after(PowerLoss::kKeepAll), (Tree{{"fresh", "fresh"}}));
}

TEST_P(PowerLossTest, syncing_a_file_keeps_its_bytes_and_not_its_name) {
  track();
  File file = watched().create_file(at("file"));
  file.write(as_bytes("bytes"));
  file.sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), Tree{});
  watched().sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"file", "bytes"}}));
}

TEST_P(PowerLossTest, syncing_a_directory_keeps_names_and_not_bytes) {
  track();
  write("file", "bytes");
  watched().sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"file", ""}}));
}

TEST_P(PowerLossTest, names_may_survive_without_their_bytes) {
  track();
  write(".tmp-x", "bytes");
  watched().rename(at(".tmp-x"), watched(), at("final"));
  EXPECT_EQ(after(PowerLoss::kNamesWithoutData), (Tree{{"final", ""}}));
}

TEST_P(PowerLossTest, a_failed_sync_forgets_the_bytes_and_the_next_one_succeeds_all_the_same) {
  track();
  File file = watched().create_file(at("file"));
  watched().sync();
  file.write(as_bytes("lost"));
  kernel().fail_call("fsync", 1, EIO);
  EXPECT_LT(kernel().fsync(file.fd()), 0);
  file.write(as_bytes(" kept"));
  EXPECT_EQ(kernel().fsync(file.fd()), 0);
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"file", std::string(4, '\0') + " kept"}}));
  EXPECT_EQ(read_plain(path("file")), "lost kept") << "while the power is on nobody sees the loss";
}

TEST_P(PowerLossTest, syncing_the_file_system_keeps_everything) {
  track();
  watched().make_directories(at("a/b"));
  write("a/b/file", "bytes");
  watched().make_symlink(at("link"), "a/b");
  watched().make_hard_link(at("a/b/file"), at("second"));
  watched().sync_file_system();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), tree_of(temporary().path()));
}

TEST_P(PowerLossTest, a_rename_across_directories_is_one_change) {
  directory().make_directory(at("from"));
  directory().make_directory(at("to"));
  write_plain(path("from/file"), "x");
  track();
  watched().rename(at("from/file"), watched(), at("to/file"));
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"from/", ""}, {"from/file", "x"}, {"to/", ""}}));
  watched().sync_directory(at("from"));
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"from/", ""}, {"to/", ""}, {"to/file", "x"}}));
}

TEST_P(PowerLossTest, an_exchange_is_one_change) {
  write_plain(path("live"), "old");
  write_plain(path("staged"), "new");
  track();
  watched().exchange(at("live"), watched(), at("staged"));
  const std::set<Tree> possible{{{"live", "old"}, {"staged", "new"}}, {{"live", "new"}, {"staged", "old"}}};
  for (std::uint64_t seed = 0; seed < 8; ++seed) EXPECT_TRUE(possible.contains(after(PowerLoss::kRandom, seed)));
  watched().sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"live", "new"}, {"staged", "old"}}));
}

TEST_P(PowerLossTest, a_new_directory_is_lost_with_its_name_even_when_its_content_was_synced) {
  track();
  watched().make_directory(at("new"));
  write("new/file", "x");
  watched().open_file(at("new/file")).sync();
  watched().sync_directory(at("new"));
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), Tree{});
  watched().sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"new/", ""}, {"new/file", "x"}}));
}

TEST_P(PowerLossTest, an_inode_number_that_is_used_again_is_another_file) {
  write_plain(path("old"), "old");
  track();
  watched().remove_file(at("old"));
  for (int i = 0; i < 20; ++i) {  // the number comes back soon on ext4
    File file = watched().create_file(at("new"));
    file.write(as_bytes("new"));
    file.sync();
    watched().remove_file(at("new"));
  }
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), (Tree{{"old", "old"}}));
}

TEST_P(PowerLossTest, a_random_cut_may_keep_any_sector_and_any_name_but_no_effect_without_its_cause) {
  track();
  const std::string content = std::string(512, 'a') + std::string(512, 'b');
  write("file", content);
  watched().rename(at("file"), watched(), at("final"));
  std::set<Tree> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Tree tree = after(PowerLoss::kRandom, seed);
    EXPECT_EQ(tree, after(PowerLoss::kRandom, seed)) << "the same seed, another tree";
    seen.insert(tree);
  }
  std::set<Tree> expected{Tree{}};
  for (const char* name : {"file", "final"}) {
    for (const auto& left :
         {std::string(), content.substr(0, 512), std::string(512, '\0') + content.substr(512), content}) {
      expected.insert({{name, left}});
    }
  }
  EXPECT_EQ(seen, expected);
}

TEST_P(PowerLossTest, truncated_and_copied_bytes_are_followed) {
  write_plain(path("source"), "0123456789");
  write_plain(path("file"), "abcdef");
  track();
  File file = watched().open_or_create_file(at("file"));
  file.truncate(3);
  file.truncate(5);
  off_t from = 2;
  off_t to = 4;
  const File source = watched().open_file(at("source"));
  ASSERT_EQ(kernel().copy_file_range(source.fd(), &from, file.fd(), &to, 4), 4);
  EXPECT_EQ(after(PowerLoss::kDropUnsynced).at("file"), "abcdef");
  file.sync();
  EXPECT_EQ(after(PowerLoss::kDropUnsynced).at("file"), std::string("abc\0", 4) + "2345");
  EXPECT_EQ(read_plain(path("file")), std::string("abc\0", 4) + "2345");
}

TEST_P(PowerLossTest, a_disk_that_lies_about_syncs_keeps_nothing) {
  track();
  kernel().lie_about_syncs();
  publish(watched(), "object", as_bytes("x"));
  EXPECT_EQ(after(PowerLoss::kDropUnsynced), Tree{});
}

TEST_P(PowerLossTest, after_the_cut_nothing_happens_any_more) {
  track();
  kernel().cut_power_at(1);
  EXPECT_THROW(write("file", "x"), Error);
  EXPECT_THROW(watched().make_directory(at("new")), Error);
  EXPECT_TRUE(tree_of(temporary().path()).empty());
  EXPECT_TRUE(kernel().fault_happened());
}

class FaultTest : public PowerLossTest {};
STRATA_ON_EACH_FILE_SYSTEM(FaultTest);

TEST_P(FaultTest, calls_are_counted_and_named_in_order) {
  write("file", "x");
  EXPECT_EQ(kernel().names(), (std::vector<std::string>{"openat2", "write", "close"}));
  EXPECT_EQ(kernel().calls(), 3u);
  EXPECT_EQ(kernel().calls_of("write"), 1u);
}

TEST_P(FaultTest, one_call_fails_once_or_from_then_on) {
  kernel().fail_call(2, ENOSPC);
  EXPECT_EQ(failure_of([&] { write("file", "x"); }), ErrorKind::kNoSpace);
  write("file", "x");
  kernel().reset();
  kernel().fail_call("write", 2, EDQUOT, FaultKernel::Repeat::kForever);
  write("file", "x");
  EXPECT_FALSE(kernel().fault_happened());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure_of([&] { write("file", "x"); }), ErrorKind::kNoSpace);
  EXPECT_TRUE(kernel().fault_happened());
}

TEST_P(FaultTest, a_torn_write_leaves_its_first_half) {
  kernel().tear_write(2);
  File file = watched().create_file(at("file"));
  file.write(as_bytes("whole "));
  EXPECT_EQ(failure_of([&] { file.write(as_bytes("half-lost")); }), ErrorKind::kIo);
  EXPECT_EQ(read_plain(path("file")), "whole half");
}

TEST_P(FaultTest, a_close_that_fails_has_closed) {
  const File file = watched().create_file(at("file"));
  const int extra = ::dup(file.fd());
  kernel().reset();
  kernel().fail_call("close", 1, EIO);
  EXPECT_LT(kernel().close(extra), 0);
  EXPECT_LT(::close(extra), 0) << "it was still open";
}

}  // namespace
}  // namespace strata::vfs
