#include "strata/vfs/privileged.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::vfs {

bool InProcessPrivileged::can_change_owner() const {
  // Root without the capability (a stripped container) cannot, a service with it can: the uid does not tell.
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) < 0) return ::geteuid() == 0;
  return (data[CAP_TO_INDEX(CAP_CHOWN)].effective & CAP_TO_MASK(CAP_CHOWN)) != 0;
}

void InProcessPrivileged::change_owner(const Directory& directory, const Path& path, std::uint32_t uid,
                                       std::uint32_t gid) {
  if (!can_change_owner()) {
    throw Error(ErrorKind::kForbidden,
                "owners cannot be changed: the node runs without root rights (capability CAP_CHOWN)");
  }
  directory.set_owner(path, uid, gid);
}

}  // namespace strata::vfs
