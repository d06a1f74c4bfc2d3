#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "strata/tree/entry.h"
#include "strata/tree/file_tree.h"

namespace strata::tree {

/// A tree in the words of a test: as the stream of a backup, or written to disk with plain calls (as the live tree, or
/// to compare with). Times are given out in order, one second and one nanosecond apart, unless set.
class SampleTree {
 public:
  SampleTree& directory(std::string_view path, std::uint32_t mode = 0755);
  SampleTree& file(std::string_view path, std::string_view content, std::uint32_t mode = 0644);
  SampleTree& link(std::string_view path, std::string_view target);
  SampleTree& hard_link(std::string_view path, std::string_view existing);

  /// Changes the entry that was added last.
  Entry& last() { return items_.back().entry; }
  SampleTree& modified(std::int64_t mtime_ns);

  std::vector<Entry> entries() const;
  std::unique_ptr<EntryStream> stream() const;
  /// Into an existing directory.
  void write(const std::string& root) const;

 private:
  struct Item {
    Entry entry;
    std::string content;
  };
  class Stream;
  Entry& add(std::string_view path, vfs::Type type, std::uint32_t mode);

  std::vector<Item> items_;
};

/// What is on disk, by plain calls: path -> type, mode, owner, mtime, content or target, hard link and user attributes
/// in words. Without the root itself and without a workspace in it. Equal pictures mean equal trees.
using Picture = std::map<std::string, std::string>;
Picture picture_of(const std::string& root);

/// The picture that `tree` gives when it is written somewhere.
Picture picture_of(const SampleTree& tree);

/// One line for each path that differs; empty when equal.
std::string differences(const Picture& expected, const Picture& actual);

}  // namespace strata::tree
