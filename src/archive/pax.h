#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/units.h"
#include "strata/vfs/file.h"

namespace strata::archive {

/// The records of a pax extended header (POSIX.1-2017 pax, "pax Extended Header") that mean something here. What is
/// absent leaves the ustar field valid.
struct PaxRecords {
  /// The data of one extended header may not be larger: kTooLarge.
  static constexpr Bytes kMaxBytes = 1024 * 1024;

  std::optional<std::string> path;
  std::optional<std::string> link_path;
  std::optional<Bytes> size;
  std::optional<std::uint64_t> uid;
  std::optional<std::uint64_t> gid;
  std::optional<std::int64_t> mtime_ns;
  std::vector<vfs::ExtendedAttribute> attributes;  ///< SCHILY.xattr.*
  bool sparse = false;                             ///< a GNU sparse map: the content is not the file
  bool text_acl = false;                           ///< SCHILY.acl.*: permissions in a form that is not read

  /// The data of an extended header; empty when there is nothing to say.
  std::string encode() const;

  /// Adds the records of `data`: a later record replaces an earlier one, an empty value (except of an attribute)
  /// takes it back. kCorrupt when
  /// the data is not a sequence of records or a number in it cannot be read.
  void apply(std::string_view data);
};

}  // namespace strata::archive
