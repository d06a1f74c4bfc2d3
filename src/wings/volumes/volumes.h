#pragma once

#include <memory>
#include <optional>
#include <string>

#include "strata/base/units.h"
#include "strata/tree/live_root.h"
#include "strata/tree/staging.h"
#include "strata/vfs/directory.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// Where the files of the node's servers are. A server's directory is `<system.data>/<uuid>`, made and destroyed by us,
/// or an existing one that it adopted (`settings.path`), which is never made, emptied or destroyed here. All methods
/// take the settings as the Panel sent them and judge them: nothing the Panel says leads outside `system.data` and
/// `system.extra_roots`. Any thread.
class Volumes {
 public:
  virtual ~Volumes() = default;

  /// The absolute path of the root. An adopted path must be absolute and canonical, and lie beneath (not be) one of
  /// `system.extra_roots` after resolution of links: kRefused naming the path and the command that allows it.
  virtual std::string path_of(const wire::RemoteServerSettings& server) const = 0;

  /// Makes the directory of a server of our own when it is missing, with its owner. kNotFound for an adopted path that
  /// does not exist.
  virtual void ensure(const wire::RemoteServerSettings& server) = 0;

  /// Removes the directory of a server of our own; an adopted one stays as it is. Absent is success.
  virtual void destroy(const wire::RemoteServerSettings& server) = 0;

  /// The root, opened. kNotFound when it is not there.
  virtual vfs::Directory open(const wire::RemoteServerSettings& server) const = 0;

  /// The root as the restore needs it: parent, name and the kind of swap.
  virtual tree::LiveRoot live_root(const wire::RemoteServerSettings& server) const = 0;

  /// Who owns what a restore writes: "server" by default in `system.data`, "preserve" by default for adopted
  /// directories (`settings.owners` chooses); whoever we are when we cannot change owners.
  virtual tree::OwnerRule owner_rule(const wire::RemoteServerSettings& server) const = 0;

  /// `build.disk_space` in bytes; nullopt when unlimited.
  virtual std::optional<Bytes> limit(const wire::RemoteServerSettings& server) const = 0;
};

}  // namespace strata::wings
