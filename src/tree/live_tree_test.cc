#include "strata/tree/live_tree.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/restore/sample_tree_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

using testing::ElementsAre;

vfs::Path path(std::string_view bytes) {
  return vfs::Path::parse(bytes);
}

std::vector<std::string> names(const std::vector<Entry>& entries) {
  std::vector<std::string> result;
  for (const auto& entry : entries) result.emplace_back(entry.path.name());
  return result;
}

template <class Act>
ErrorKind error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::kInternal;
}

class LiveTreeTest : public testing::Test {
 protected:
  LiveTreeTest() {
    SampleTree sample;
    sample.directory("a").file("a/10", "ten").file("a/2", "two").file("a/\xff", "x").directory("a/sub");
    sample.directory("hidden").file("hidden/x", "x").link("inside", "a/10").link("outside", "/etc/passwd");
    sample.file("log.txt", "log");
    sample.directory(".strata-restore").file(".strata-restore/x", "x");
    sample.write(temporary_.path());
    ::mkfifo(temporary_.path("pipe").c_str(), 0600);
  }

  vfs::TemporaryDirectory temporary_;
  LiveTree tree_{temporary_.directory().duplicate(), IgnoreRules::parse({"hidden/", "*.txt"})};
};

TEST_F(LiveTreeTest, names_are_listed_in_order_page_by_page) {
  EXPECT_THAT(names(tree_.list({}, "", 100)), ElementsAre("a", "inside", "outside"));
  EXPECT_THAT(names(tree_.list(path("a"), "", 2)), ElementsAre("10", "2"));
  EXPECT_THAT(names(tree_.list(path("a"), "2", 2)), ElementsAre("sub", "\xff"));
  EXPECT_THAT(names(tree_.list(path("a"), "3", 1)), ElementsAre("sub"));
  EXPECT_TRUE(tree_.list(path("a"), "\xff", 2).empty());
}

TEST_F(LiveTreeTest, entries_say_what_is_there) {
  const auto file = tree_.stat(path("a/10"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size, 3u);
  EXPECT_EQ(file->mode, 0644u);
  const auto link = tree_.stat(path("outside"));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->link_target, "/etc/passwd");
  EXPECT_TRUE(tree_.stat({})->is_directory());
  EXPECT_FALSE(tree_.stat(path("absent/x")));
  EXPECT_FALSE(tree_.stat(path("pipe")));
}

TEST_F(LiveTreeTest, hidden_names_are_not_there_for_anybody) {
  EXPECT_FALSE(tree_.stat(path("hidden")));
  EXPECT_FALSE(tree_.stat(path("hidden/x")));
  EXPECT_FALSE(tree_.stat(path("log.txt")));
  EXPECT_FALSE(tree_.stat(path(".strata-restore")));
  EXPECT_FALSE(tree_.stat(path(".strata-restore/x")));
  EXPECT_EQ(error_of([&] { tree_.list(path("hidden"), "", 1); }), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([&] { tree_.open(path("hidden/x")); }), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([&] { tree_.open(path(".strata-restore/x")); }), ErrorKind::kNotFound);
}

TEST_F(LiveTreeTest, content_is_read_from_anywhere) {
  const auto file = tree_.open(path("a/10"));
  EXPECT_EQ(file->size(), 3u);
  std::vector<std::uint8_t> buffer(10);
  EXPECT_EQ(file->read_at(1, buffer), 2u);
  EXPECT_EQ(as_text(std::span(buffer).first(2)), "en");
  EXPECT_EQ(file->read_at(3, buffer), 0u);
  EXPECT_EQ(file->read_at(1'000'000, buffer), 0u);
}

TEST_F(LiveTreeTest, links_are_shown_and_not_followed) {
  EXPECT_EQ(error_of([&] { tree_.open(path("inside")); }), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { tree_.open(path("outside")); }), ErrorKind::kInvalid);
  std::filesystem::create_directory_symlink("a", temporary_.path("to-a"));
  EXPECT_EQ(error_of([&] { tree_.list(path("to-a"), "", 1); }), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { tree_.open(path("to-a/10")); }), ErrorKind::kInvalid);
}

TEST_F(LiveTreeTest, what_is_not_a_directory_or_not_a_file_is_told_apart) {
  EXPECT_EQ(error_of([&] { tree_.list(path("a/10"), "", 1); }), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { tree_.list(path("absent"), "", 1); }), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([&] { tree_.open(path("a")); }), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { tree_.open(path("pipe")); }), ErrorKind::kNotFound);
}

}  // namespace
}  // namespace strata::tree
