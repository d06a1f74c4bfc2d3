#include "strata/tree/restore/attribute_rules.h"

#include <string_view>

#include "strata/base/error.h"
#include "strata/tree/restore/path_text.h"

namespace strata::tree {

namespace {

constexpr std::uint32_t kSetIds = 06000;

bool is_restorable(std::string_view name) {
  return name.starts_with("user.") || name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

}  // namespace

std::optional<Owner> AttributeRules::allowed(Owner wanted) {
  if (wanted == created_) return std::nullopt;
  if (privileged_.can_change_owner()) return wanted;
  if (!warned_of_owners_) {
    warned_of_owners_ = true;
    warnings_.add("", "owners are not restored: the node runs without root rights");
  }
  return std::nullopt;
}

std::optional<Owner> AttributeRules::owner(const Entry& entry) {
  if (rule_.kind == OwnerRule::Kind::kPreserve) return allowed({entry.uid, entry.gid});
  return owner_of_implied();
}

std::optional<Owner> AttributeRules::owner_of_implied() {
  if (rule_.kind != OwnerRule::Kind::kServer) return std::nullopt;
  return allowed({rule_.uid, rule_.gid});
}

std::uint32_t AttributeRules::mode(const Entry& entry) {
  const std::uint32_t mode = entry.mode & 07777;
  // With another owner than the recorded one these bits would hand that owner's rights to whoever runs the file.
  const bool trusted = rule_.kind == OwnerRule::Kind::kPreserve && privileged_.can_change_owner();
  if ((mode & kSetIds) == 0 || trusted) return mode;
  warnings_.add(entry.path.bytes(), "restored without its setuid or setgid bit");
  return mode & ~kSetIds;
}

std::vector<vfs::ExtendedAttribute> AttributeRules::attributes(const Entry& entry) {
  std::vector<vfs::ExtendedAttribute> kept;
  bool dropped = false;
  for (const auto& attribute : entry.attributes) {
    if (is_restorable(attribute.name)) {
      kept.push_back(attribute);
    } else if (!dropped) {
      dropped = true;
      warnings_.add(entry.path.bytes(), "restored without extended attribute " + in_quotes(attribute.name) +
                                            ": only user attributes and access control lists are");
    }
  }
  return kept;
}

void AttributeRules::set_attributes(vfs::File& file, const vfs::Path& path,
                                    const std::vector<vfs::ExtendedAttribute>& attributes) {
  for (const auto& attribute : attributes) {
    try {
      if (file.set_extended_attribute(attribute)) continue;
      warnings_.add(path.bytes(), "the file system refused extended attribute " + in_quotes(attribute.name));
    } catch (const Error& error) {
      warnings_.add(path.bytes(), error.message());
    }
  }
}

}  // namespace strata::tree
