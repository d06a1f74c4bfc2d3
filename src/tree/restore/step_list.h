#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "strata/crypto/digest.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/file.h"
#include "strata/vfs/path.h"

namespace strata::tree {

/// What a directory keeps when its place changes or names in it change.
struct Attributes {
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t mtime_ns = 0;
  bool operator==(const Attributes&) const = default;
};
Attributes attributes_of(const vfs::Stat& stat);

/// A directory that its owner may not write: to be renamed (which changes its "..") it has to be opened up first.
bool is_closed_directory(const vfs::Stat& stat);

/// One step of a swap. "Live" is the place in the live tree, "tree" the same path in the area's tree. No two places of
/// a list lie within each other, so its steps can be done in any order.
struct Step {
  enum class Kind {
    kPlace,       ///< what is at the two places changes sides; either may be absent
    kAttributes,  ///< afterwards: the directory at each place gets the attributes recorded for the other side
  };
  Kind kind = Kind::kPlace;
  vfs::Path path;  ///< the root is the tree as a whole
  // kPlace: inode numbers before the swap; numbers of devices are left out because they change between two starts.
  std::optional<std::uint64_t> live;
  std::optional<std::uint64_t> tree;
  // kAttributes: before the swap.
  std::optional<Attributes> live_attributes;
  std::optional<Attributes> tree_attributes;
};

/// Writes a step list, one line for each step and a line with count and digest at the end. One thread.
class StepListWriter {
 public:
  /// `area` must outlive this. A list of that name is replaced: no plan names it yet.
  StepListWriter(const vfs::Directory& area, const std::string& name);

  /// A place step, and with it an attribute step for closed directories, which are opened up to be renamed.
  void place(const vfs::Path& path, const std::optional<vfs::Stat>& live, const std::optional<vfs::Stat>& tree);
  void attributes(const vfs::Path& path, const std::optional<Attributes>& live, const std::optional<Attributes>& tree);

  /// Durable (all but its name) when it returns; nothing may be added afterwards.
  void finish();
  std::uint64_t count() const { return count_; }

 private:
  void add_line(std::string line);
  void flush();

  vfs::File file_;
  crypto::Digest digest_;
  std::string buffer_;
  std::uint64_t count_ = 0;
};

/// Reads a step list in order. The whole list is checked before the first step is given: kCorrupt. One thread.
class StepListReader {
 public:
  StepListReader(const vfs::Directory& area, const std::string& name);

  std::optional<Step> next();

 private:
  std::optional<std::string> next_line();
  [[noreturn]] void fail(std::string_view how) const;
  void check_whole();

  vfs::File file_;
  Bytes position_ = 0;
  std::string buffer_;
  std::uint64_t steps_ = 0;
};

}  // namespace strata::tree
