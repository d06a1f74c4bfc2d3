#include "strata/tree/entry.h"

#include <limits>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::tree {

namespace {

/// The kernel's limits: PATH_MAX with its NUL, XATTR_NAME_MAX, XATTR_SIZE_MAX.
constexpr std::size_t kMaxTargetBytes = 4095;
constexpr std::size_t kMaxAttributeName = 255;
constexpr std::size_t kMaxAttributeValue = 65'536;

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace

void check_entry(const Entry& entry) {
  const auto refuse_if = [&](bool wrong, std::string_view why) {
    if (wrong) throw Error(ErrorKind::kInvalid, "'" + to_readable_utf8(entry.path.bytes()) + "' " + std::string(why));
  };
  refuse_if(entry.path.is_root(), "is the root, which is no entry");
  refuse_if(!entry.is_regular() && !entry.is_directory() && !entry.is_symlink(), "is of a type that is not stored");
  refuse_if(entry.mode > 07777, "has a mode beyond 07777");
  refuse_if(entry.size > static_cast<Bytes>(std::numeric_limits<std::int64_t>::max()),
            "is larger than any file can be");
  refuse_if(!entry.is_regular() && (entry.size != 0 || entry.hash || entry.sparse || entry.hard_link),
            "has the size, hash, holes or hard link of a regular file and is none");
  refuse_if(entry.is_symlink() == entry.link_target.empty(),
            "is a symbolic link without target, or has one and is none");
  refuse_if(entry.link_target.size() > kMaxTargetBytes || has_nul(entry.link_target), "has an impossible link target");
  refuse_if(entry.hard_link && (entry.hard_link->is_root() || *entry.hard_link == entry.path),
            "is a hard link to itself or to the root");
  for (const auto& attribute : entry.attributes) {
    refuse_if(attribute.name.empty() || attribute.name.size() > kMaxAttributeName || has_nul(attribute.name),
              "has an extended attribute with an impossible name");
    refuse_if(attribute.value.size() > kMaxAttributeValue, "has an extended attribute that is larger than 64 KiB");
  }
}

}  // namespace strata::tree
