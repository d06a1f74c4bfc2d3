#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/tree/file_tree.h"

namespace strata::tree {

/// What counts as a difference. The defaults are "restored byte for byte, by whoever may not change owners".
struct CompareOptions {
  enum class Content {
    kBytes,  ///< read both sides
    kHash,   ///< read only the actual side and compare with the hash the expected entry carries; no hash: only sizes
    kNone,   ///< sizes only
  };
  Content content = Content::kBytes;
  bool modes = true;
  bool times = true;  ///< nanoseconds
  bool owners = false;
  bool attributes = true;
  bool hard_links = true;
  std::size_t limit = 1000;  ///< differences kept; all are counted
};

/// One path and what is wrong with it, in words.
struct Difference {
  vfs::Path path;
  std::string what;  ///< "missing", "not expected", "mode 0600 instead of 0644, content differs at byte 17"
};

struct Comparison {
  std::uint64_t count = 0;  ///< paths that differ
  std::vector<Difference> differences;
  std::uint64_t entries = 0;  ///< of the expected side
  std::uint64_t files = 0;    ///< of the expected side, not directories
  Bytes bytes = 0;            ///< content read from the actual side
  bool hashes_compared = false;

  bool equal() const { return count == 0; }
};

/// Walks both in Path order at the same time; memory does not depend on the size of the trees. A stream that cannot be
/// read throws: a difference is only what was really compared. Entries out of order are kCorrupt. `on_bytes` is
/// progress (may be empty).
Comparison compare(EntryStream& expected, EntryStream& actual, const CompareOptions& options = {},
                   const std::stop_token& stop = {}, const std::function<void(Bytes)>& on_bytes = {});

/// For people and test failures: one line for each difference, then how many more there are. Empty when equal.
std::string describe(const Comparison& comparison);

}  // namespace strata::tree
