#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata::panel {

/// Three kinds of permission names (spec/panel 2, 3, 8): about one's own account, about the installation, about a
/// server. A name is `<group>.<verb>`.
enum class PermissionScope { kUser, kAdmin, kServer };

/// Every name of a scope, sorted. A route may only ask for one of these; an API key may only name these.
std::span<const std::string_view> permission_names(PermissionScope scope);
bool is_permission(PermissionScope scope, std::string_view name);

/// Some permission names of one scope, or all that exist now and later. A value.
class PermissionSet {
 public:
  PermissionSet() = default;  // none
  explicit PermissionSet(std::vector<std::string> names);
  static PermissionSet everything();

  bool is_everything() const { return everything_; }
  bool empty() const { return !everything_ && names_.empty(); }
  bool has(std::string_view name) const { return everything_ || names_.contains(name); }

  /// What is in both.
  PermissionSet narrowed_to(const PermissionSet& limit) const;
  bool is_within(const PermissionSet& limit) const;

  /// Sorted; {"*"} for everything.
  std::vector<std::string> names() const;

 private:
  bool everything_ = false;
  std::set<std::string, std::less<>> names_;
};

}  // namespace strata::panel
