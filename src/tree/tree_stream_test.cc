#include "strata/tree/tree_stream.h"

#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/entries_fake.h"
#include "strata/tree/readers.h"
#include "strata/tree/restore/sample_tree_fake.h"

namespace strata::tree {
namespace {

using testing::ElementsAre;

/// A tree in memory that counts what it is asked.
class MemoryTree final : public FileTree {
 public:
  explicit MemoryTree(const SampleTree& sample) {
    const auto stream = sample.stream();
    while (const auto entry = stream->next()) {
      std::vector<std::uint8_t> content(static_cast<std::size_t>(entry->size));
      if (!entry->hard_link) stream->read(content);
      add(*entry, std::string(as_text(content)));
    }
  }
  void add(const Entry& entry, std::string content = {}) {
    children_[entry.path.parent().bytes()][std::string(entry.path.name())] = entry;
    contents_[entry.path.bytes()] = std::move(content);
  }

  std::optional<Entry> stat(const vfs::Path& path) const override {
    const auto directory = children_.find(path.parent().bytes());
    if (directory == children_.end()) return std::nullopt;
    const auto found = directory->second.find(std::string(path.name()));
    if (found == directory->second.end()) return std::nullopt;
    return found->second;
  }
  std::vector<Entry> list(const vfs::Path& directory, std::string_view after, std::size_t limit) const override {
    ++lists;
    if (!directory.is_root() && !stat(directory)) throw Error(ErrorKind::kNotFound, "absent");
    std::vector<Entry> page;
    const auto found = children_.find(directory.bytes());
    if (found == children_.end()) return page;
    for (auto child = found->second.upper_bound(std::string(after)); child != found->second.end(); ++child) {
      if (page.size() == limit) break;
      page.push_back(child->second);
    }
    return page;
  }
  std::unique_ptr<RangedReader> open(const vfs::Path& path) const override {
    ++opens;
    const auto entry = stat(path);
    return std::make_unique<MemoryReader>(contents_.at((entry->hard_link ? *entry->hard_link : path).bytes()));
  }

  mutable int lists = 0;
  mutable int opens = 0;

 private:
  std::map<std::string, std::map<std::string, Entry>> children_;
  std::map<std::string, std::string> contents_;
};

std::string content_of(EntryStream& stream) {
  std::string content;
  std::vector<std::uint8_t> buffer(3);
  while (const std::size_t count = stream.read(buffer)) content += as_text(std::span(buffer).first(count));
  return content;
}

std::vector<std::string> lines_of(EntryStream& stream) {
  std::vector<std::string> lines;
  while (const auto entry = stream.next()) {
    lines.push_back(entry->path.bytes() + (entry->is_regular() ? "=" + content_of(stream) : ""));
  }
  return lines;
}

SampleTree sample() {
  SampleTree tree;
  tree.directory("a").file("a/1", "one").directory("a/b").file("a/b/2", "two").link("a/l", "1");
  tree.directory("a-b").file("a-b/3", "").hard_link("a-b/4", "a/1").hard_link("a-b/5", "a-b/3");
  return tree;
}

TEST(TreeStream, a_tree_comes_depth_first_in_path_order_with_its_content) {
  const MemoryTree tree(sample());
  TreeStream stream(tree);
  EXPECT_THAT(lines_of(stream),
              ElementsAre("a", "a/1=one", "a/b", "a/b/2=two", "a/l", "a-b", "a-b/3=", "a-b/4=", "a-b/5="));
}

TEST(TreeStream, content_that_nobody_reads_is_not_opened) {
  const MemoryTree tree(sample());
  TreeStream stream(tree);
  while (stream.next()) {
  }
  EXPECT_EQ(tree.opens, 0);
}

TEST(TreeStream, a_folder_alone_keeps_its_paths_and_owns_what_was_linked_from_outside) {
  SampleTree source = sample();
  MemoryTree tree(source);
  TreeStream stream(tree, vfs::Path::parse("a-b"));
  EXPECT_EQ(stream.next()->path.bytes(), "a-b/3");
  const auto detached = stream.next();
  EXPECT_EQ(detached->path.bytes(), "a-b/4");
  EXPECT_FALSE(detached->hard_link);
  EXPECT_EQ(detached->hash, tree.stat(vfs::Path::parse("a/1"))->hash);
  EXPECT_EQ(content_of(stream), "one");
  EXPECT_EQ(stream.next()->hard_link->bytes(), "a-b/3");
  EXPECT_FALSE(stream.next());
  EXPECT_FALSE(stream.next());
}

TEST(TreeStream, large_folders_come_in_pages) {
  SampleTree source;
  source.directory("d");
  MemoryTree tree(source);
  for (int i = 0; i < 2500; ++i) tree.add(file_entry(fmt::format("d/{:05}", i)));
  TreeStream stream(tree);
  int count = 0;
  while (stream.next()) ++count;
  EXPECT_EQ(count, 2501);
  EXPECT_EQ(tree.lists, 4);  // the root, and three pages
}

TEST(TreeStream, what_is_not_there_is_said_at_the_first_step) {
  const MemoryTree tree(sample());
  TreeStream stream(tree, vfs::Path::parse("absent"));
  EXPECT_THROW(stream.next(), Error);
}

TEST(TreeStream, a_request_to_stop_ends_it) {
  const MemoryTree tree(sample());
  std::stop_source stop;
  TreeStream stream(tree, {}, stop.get_token());
  stream.next();
  stop.request_stop();
  EXPECT_THROW(stream.next(), Error);
}

}  // namespace
}  // namespace strata::tree
