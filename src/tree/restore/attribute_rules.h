#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "strata/tree/entry.h"
#include "strata/tree/staging.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/file.h"
#include "strata/vfs/privileged.h"

namespace strata::tree {

struct Owner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  bool operator==(const Owner&) const = default;
};

/// What a restored entry may have of what its backup recorded (spec/reliability 2.4). What it may not have becomes a
/// warning. One thread.
class AttributeRules {
 public:
  /// `created` is the owner that new entries have anyway. References must outlive this.
  AttributeRules(OwnerRule rule, Owner created, vfs::Privileged& privileged, Warnings& warnings)
      : rule_(rule), created_(created), privileged_(privileged), warnings_(warnings) {}

  /// Absent: as it was created. Owners that cannot be set here give one warning in all.
  std::optional<Owner> owner(const Entry& entry);
  /// For what the backup does not describe: nothing is recorded that could be preserved.
  std::optional<Owner> owner_of_implied();

  std::uint32_t mode(const Entry& entry);
  std::vector<vfs::ExtendedAttribute> attributes(const Entry& entry);
  void set_attributes(vfs::File& file, const vfs::Path& path, const std::vector<vfs::ExtendedAttribute>& attributes);

 private:
  std::optional<Owner> allowed(Owner wanted);

  OwnerRule rule_;
  Owner created_;
  vfs::Privileged& privileged_;
  Warnings& warnings_;
  bool warned_of_owners_ = false;
};

}  // namespace strata::tree
