#include "strata/panel/accounts/permissions.h"

#include <algorithm>
#include <array>

namespace strata::panel {

namespace {

constexpr std::array<std::string_view, 5> kUserNames = {
    "account.read", "api-keys.create", "api-keys.delete", "api-keys.read", "servers.read",
};

constexpr std::array<std::string_view, 32> kAdminNames = {
    "activity.read",
    "backup-configurations.backups",
    "backup-configurations.create",
    "backup-configurations.delete",
    "backup-configurations.read",
    "backup-configurations.update",
    "locations.create",
    "locations.delete",
    "locations.read",
    "locations.update",
    "nodes.backups",
    "nodes.create",
    "nodes.delete",
    "nodes.read",
    "nodes.read-token",
    "nodes.reset-token",
    "nodes.update",
    "servers.create",
    "servers.delete",
    "servers.read",
    "servers.update",
    "stats.read",
    "system-backup-policies.backups",
    "system-backup-policies.create",
    "system-backup-policies.delete",
    "system-backup-policies.read",
    "system-backup-policies.update",
    "users.create",
    "users.delete",
    "users.impersonate",
    "users.read",
    "users.update",
};

constexpr std::array<std::string_view, 13> kServerNames = {
    "backup-groups.create", "backup-groups.delete", "backup-groups.read", "backup-groups.update", "backups.create",
    "backups.delete",       "backups.download",     "backups.read",       "backups.restore",      "backups.update",
    "files.create",         "files.read",           "files.read-content",
};

static_assert(std::is_sorted(kUserNames.begin(), kUserNames.end()));
static_assert(std::is_sorted(kAdminNames.begin(), kAdminNames.end()));
static_assert(std::is_sorted(kServerNames.begin(), kServerNames.end()));

}  // namespace

std::span<const std::string_view> permission_names(PermissionScope scope) {
  switch (scope) {
    case PermissionScope::kUser:
      return kUserNames;
    case PermissionScope::kAdmin:
      return kAdminNames;
    case PermissionScope::kServer:
      return kServerNames;
  }
  return {};
}

bool is_permission(PermissionScope scope, std::string_view name) {
  const auto names = permission_names(scope);
  return std::binary_search(names.begin(), names.end(), name);
}

PermissionSet::PermissionSet(std::vector<std::string> names)
    : names_(std::make_move_iterator(names.begin()), std::make_move_iterator(names.end())) {}

PermissionSet PermissionSet::everything() {
  PermissionSet set;
  set.everything_ = true;
  return set;
}

PermissionSet PermissionSet::narrowed_to(const PermissionSet& limit) const {
  if (everything_) return limit;
  if (limit.everything_) return *this;
  PermissionSet both;
  std::set_intersection(names_.begin(), names_.end(), limit.names_.begin(), limit.names_.end(),
                        std::inserter(both.names_, both.names_.end()));
  return both;
}

bool PermissionSet::is_within(const PermissionSet& limit) const {
  if (limit.everything_) return true;
  if (everything_) return false;
  return std::includes(limit.names_.begin(), limit.names_.end(), names_.begin(), names_.end());
}

std::vector<std::string> PermissionSet::names() const {
  if (everything_) return {"*"};
  return {names_.begin(), names_.end()};
}

}  // namespace strata::panel
