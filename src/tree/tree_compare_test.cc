#include "strata/tree/tree_compare.h"

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/tree/restore/sample_tree_fake.h"

namespace strata::tree {
namespace {

SampleTree original() {
  SampleTree tree;
  tree.directory("a").file("a/1", "one").file("a/2", "two").hard_link("a/3", "a/1").link("a/l", "1").file("b", "bbb");
  return tree;
}

std::string differences(const SampleTree& expected, const SampleTree& actual, const CompareOptions& options = {}) {
  const auto left = expected.stream();
  const auto right = actual.stream();
  return describe(compare(*left, *right, options));
}

/// The original with its last entry, the file "b", changed.
template <class Change>
SampleTree with_b(Change change) {
  SampleTree tree = original();
  change(tree.last());
  return tree;
}

TEST(TreeCompare, equal_trees_have_no_difference) {
  const auto left = original().stream();
  const auto right = original().stream();
  const auto result = compare(*left, *right);
  EXPECT_TRUE(result.equal());
  EXPECT_EQ(result.entries, 6u);
  EXPECT_EQ(result.files, 5u);
  EXPECT_EQ(result.bytes, 9u);
}

TEST(TreeCompare, what_is_missing_and_what_is_too_much_is_named) {
  SampleTree less;
  less.directory("a").file("a/1", "one").hard_link("a/3", "a/1").link("a/l", "1").file("b", "bbb");
  const CompareOptions untimed{.times = false};
  EXPECT_EQ(differences(original(), less, untimed), "a/2: missing\n");
  EXPECT_EQ(differences(less, original(), untimed), "a/2: not expected\n");
  EXPECT_EQ(differences(SampleTree(), SampleTree()), "");
}

TEST(TreeCompare, every_kind_of_difference_is_found_and_can_be_left_out) {
  const auto mode = with_b([](Entry& entry) { entry.mode = 0600; });
  EXPECT_EQ(differences(original(), mode), "b: mode 0600 instead of 0644\n");
  EXPECT_EQ(differences(original(), mode, {.modes = false}), "");

  const auto time = with_b([](Entry& entry) { entry.mtime_ns += 1; });
  EXPECT_NE(differences(original(), time), "");
  EXPECT_EQ(differences(original(), time, {.times = false}), "");

  const auto owner = with_b([](Entry& entry) { entry.uid += 1; });
  EXPECT_EQ(differences(original(), owner), "");
  EXPECT_NE(differences(original(), owner, {.owners = true}), "");

  const auto attributes = with_b([](Entry& entry) { entry.attributes = {{"user.x", "y"}}; });
  EXPECT_EQ(differences(original(), attributes), "b: extended attributes differ\n");
  EXPECT_EQ(differences(original(), attributes, {.attributes = false}), "");

  const auto linked = with_b([](Entry& entry) { entry.hard_link = vfs::Path::parse("a/2"); });
  EXPECT_EQ(differences(original(), linked), "b: a hard link to 'a/2' instead of a file of its own\n");
  EXPECT_EQ(differences(original(), linked, {.hard_links = false}), "");

  const auto size = with_b([](Entry& entry) { entry.size = 4; });
  EXPECT_EQ(differences(original(), size, {.content = CompareOptions::Content::kNone}), "b: size 4 instead of 3\n");
}

TEST(TreeCompare, several_differences_of_one_path_are_one_line) {
  const auto changed = with_b([](Entry& entry) {
    entry.mode = 0600;
    entry.attributes = {{"user.x", "y"}};
  });
  EXPECT_EQ(differences(original(), changed), "b: mode 0600 instead of 0644, extended attributes differ\n");
}

TEST(TreeCompare, other_types_and_other_targets_are_found) {
  SampleTree file, directory, link, other;
  file.file("x", "");
  directory.directory("x");
  link.link("x", "here");
  other.link("x", "there");
  EXPECT_EQ(differences(file, directory), "x: a directory instead of a file\n");
  EXPECT_EQ(differences(link, file), "x: a file instead of a symbolic link\n");
  EXPECT_EQ(differences(link, other), "x: points to 'there' instead of 'here'\n");
}

TEST(TreeCompare, the_first_differing_byte_is_named_wherever_it_is) {
  for (const std::size_t place : {std::size_t{0}, std::size_t{262'143}, std::size_t{262'144}, std::size_t{600'000}}) {
    std::string content(600'001, 'x');
    SampleTree expected, actual;
    expected.file("f", content);
    content[place] = 'y';
    actual.file("f", content);
    EXPECT_EQ(differences(expected, actual), "f: content differs at byte " + std::to_string(place) + "\n");
    EXPECT_EQ(differences(expected, actual, {.content = CompareOptions::Content::kHash}),
              "f: content differs from its recorded hash\n");
    EXPECT_EQ(differences(expected, actual, {.content = CompareOptions::Content::kNone}), "");
  }
}

TEST(TreeCompare, hashes_are_compared_only_where_they_are_recorded) {
  SampleTree expected, actual;
  expected.file("f", "abc").last().hash.reset();
  actual.file("f", "abd");
  const auto left = expected.stream();
  const auto right = actual.stream();
  const auto result = compare(*left, *right, {.content = CompareOptions::Content::kHash});
  EXPECT_TRUE(result.equal());
  EXPECT_FALSE(result.hashes_compared);
}

TEST(TreeCompare, all_differences_are_counted_and_a_few_kept) {
  SampleTree many;
  for (int i = 10; i < 30; ++i) many.file("f" + std::to_string(i), "");
  EXPECT_EQ(differences(many, SampleTree(), {.limit = 2}), "f10: missing\nf11: missing\nand 18 more\n");
}

TEST(TreeCompare, a_stream_that_is_out_of_order_is_damaged) {
  SampleTree tree;
  tree.file("b", "").file("a", "");
  const auto left = tree.stream();
  const auto right = original().stream();
  try {
    compare(*left, *right);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  }
}

TEST(TreeCompare, progress_is_told_and_a_request_to_stop_ends_it) {
  Bytes seen = 0;
  std::stop_source stop;
  const auto left = original().stream();
  const auto right = original().stream();
  const auto act = [&] {
    compare(*left, *right, {}, stop.get_token(), [&](Bytes bytes) {
      seen += bytes;
      if (seen == 6) stop.request_stop();
    });
  };
  EXPECT_THROW(act(), Error);
  EXPECT_EQ(seen, 6u);
}

}  // namespace
}  // namespace strata::tree
