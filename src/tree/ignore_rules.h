#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "strata/vfs/path.h"

namespace strata::tree {

/// What is left out of a backup: the grammar of spec/wings 8.2 (gitignore-like, the last matching rule wins, a rule is
/// matched against the entry's own path only; whoever walks does not descend into an ignored directory). Immutable; any
/// thread.
class IgnoreRules {
 public:
  static constexpr std::size_t kMaxLines = 10'000;
  static constexpr std::size_t kMaxBytes = 1024 * 1024;

  IgnoreRules();  // ignores nothing
  ~IgnoreRules();
  IgnoreRules(const IgnoreRules&);
  IgnoreRules& operator=(const IgnoreRules&);
  IgnoreRules(IgnoreRules&&) noexcept;
  IgnoreRules& operator=(IgnoreRules&&) noexcept;

  /// Lines in order of rising precedence: request, then `.pteroignore`, then the node's deny list. A line that does not
  /// compile is dropped and named in `rejected`. Throws kTooLarge over the limits.
  static IgnoreRules parse(const std::vector<std::string>& lines, std::vector<std::string>* rejected = nullptr);

  bool ignores(const vfs::Path& path, bool is_directory) const;
  /// True when the path or any directory above it is ignored: for random access, where nobody walked down.
  bool ignores_with_parents(const vfs::Path& path, bool is_directory) const;
  bool empty() const;

  /// The accepted lines, newline-terminated: stored beside snapshots and in manifests.
  const std::string& text() const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

/// Splits into lines ('\n', an optional '\r' before it is dropped).
std::vector<std::string> split_ignore_lines(std::string_view text);

}  // namespace strata::tree
