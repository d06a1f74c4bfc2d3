// Random trees: whatever goes in, find, list and for_each say the same, however little memory the writer had.
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "strata/tree/entries_fake.h"
#include "strata/tree/index.h"
#include "strata/tree/readers.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

/// Names that meet, nest and sort around '/': bytes below and above it, not UTF-8, long.
std::string random_name() {
  return *rc::gen::element<std::string>("a", "b", "a-b", "a.b", "\x01", "\xff\xfe", "a b", "ab", "abc", "A",
                                        std::string(255, 'n'), "\xc3\xa9", "0", "~");
}

/// Adds what stands beneath `directory`, every directory with an entry of its own.
void grow(std::map<std::string, Entry>& tree, const std::string& directory, int depth) {
  const int children = *rc::gen::inRange(0, 6);
  for (int i = 0; i < children; ++i) {
    const std::string path = directory + random_name();
    if (tree.contains(path)) continue;
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        tree[path] = symlink_entry(path, "../" + random_name());
        break;
      case 1:
        tree[path] = file_entry(path, *rc::gen::arbitrary<std::uint32_t>());
        break;
      default:
        tree[path] = directory_entry(path);
        if (depth > 0) grow(tree, path + "/", depth - 1);
    }
  }
}

RC_GTEST_PROP(IndexProperty, every_question_is_answered_as_the_tree_would, ()) {
  std::map<std::string, Entry> tree;
  grow(tree, "", 4);
  const vfs::TemporaryDirectory temporary;
  const auto memory = *rc::gen::element<Bytes>(1, 300, 5000, IndexWriter::kDefaultMemory);
  IndexWriter writer(temporary.directory(), memory);
  for (const auto& [path, entry] : tree) writer.add(entry);
  Manifest manifest;
  const auto& written = writer.finish(manifest);
  std::string bytes(static_cast<std::size_t>(written.size()), '\0');
  read_exactly(written, 0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}, "the blob");
  const IndexReader index(std::make_shared<MemoryReader>(bytes));

  std::map<std::string, std::set<std::string>> children;  // std::string compares bytes as unsigned, as lists do
  children[""];
  for (const auto& [path, entry] : tree) {
    const auto found = index.find(entry.path);
    RC_ASSERT(found.has_value());
    RC_ASSERT(to_line(*found) == to_line(entry));
    RC_ASSERT(!index.find(entry.path / "absent"));
    children[entry.path.parent().bytes()].insert(std::string(entry.path.name()));
    if (entry.is_directory()) children[path];
  }
  for (const auto& [directory, names] : children) {
    const auto limit = *rc::gen::inRange<std::size_t>(1, 5);
    std::vector<std::string> listed;
    std::string after;
    while (true) {
      const auto page = index.list(vfs::Path::parse(directory), after, limit);
      RC_ASSERT(page.size() <= limit);
      for (const auto& entry : page) listed.emplace_back(entry.path.name());
      if (page.empty()) break;
      after = listed.back();
    }
    RC_ASSERT(listed == std::vector<std::string>(names.begin(), names.end()));
  }
  std::map<std::string, Entry> visited;
  index.for_each([&](const Entry& entry) { return visited.emplace(entry.path.bytes(), entry).second; });
  RC_ASSERT(visited.size() == tree.size());
}

}  // namespace
}  // namespace strata::tree
