#pragma once

#include <cstdint>
#include <string>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// Acts that need rights a plain user lacks. Descriptor in, fixed verbs; in-process when we are root, refused or
/// recorded-only when not (and later a small helper process). Any thread.
class Privileged {
 public:
  virtual ~Privileged() = default;

  /// False when owners cannot be changed here: owners are then recorded, not restored, and the receipt says so once.
  virtual bool can_change_owner() const = 0;
  virtual void change_owner(const Directory& directory, const Path& path, std::uint32_t uid, std::uint32_t gid) = 0;
};

/// In-process: works with the rights this process has.
class InProcessPrivileged final : public Privileged {
 public:
  bool can_change_owner() const override;
  void change_owner(const Directory& directory, const Path& path, std::uint32_t uid, std::uint32_t gid) override;
};

}  // namespace strata::vfs
