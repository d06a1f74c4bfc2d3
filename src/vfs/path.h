#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace strata::vfs {

/// Limits on names from outside.
inline constexpr std::size_t kMaxComponentBytes = 255;
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxDepth = 128;

/// A path beneath some directory: zero or more components joined by '/', bytes, never absolute, never "." or "..", no
/// NUL. The empty path is the directory itself. A Path can be trusted in shape; that it stays beneath is the kernel's
/// job (openat2), because the tree may change under us.
class Path {
 public:
  Path() = default;

  /// Strict: exactly the canonical form, as stored in our own files. Throws kInvalid.
  static Path parse(std::string_view bytes);

  /// Lenient, for request parameters: leading and doubled slashes and "." are dropped, ".." is resolved inside the text
  /// and never leaves the root. NUL and the limits still throw kInvalid.
  static Path from_request(std::string_view bytes);

  /// Throws kInvalid when `name` is not one valid component or a limit is exceeded.
  Path operator/(std::string_view name) const;
  Path operator/(const Path& below) const;

  bool is_root() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }
  std::string_view name() const;  ///< last component; empty for the root
  Path parent() const;            ///< the root's parent is the root
  std::size_t depth() const;      ///< number of components
  std::vector<std::string_view> components() const;
  bool is_beneath(const Path& ancestor) const;  ///< or equal

  bool operator==(const Path&) const = default;
  /// Depth-first order: compared component by component, bytewise; a directory comes right before what is in it. This
  /// is the order of walks, archives and file lists. ("a" < "a/b" < "a-b", unlike plain bytes.)
  std::strong_ordering operator<=>(const Path& other) const;

 private:
  explicit Path(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

/// True for a valid single component.
bool is_valid_name(std::string_view name);

}  // namespace strata::vfs
