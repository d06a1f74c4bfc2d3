#include "strata/wings/operations/undo_expiry.h"

#include "strata/process/proc_scan.h"
#include "strata/tree/undo.h"

namespace strata::wings {
namespace {

void expire_undos_of(const OperationParts& parts, const wire::RemoteServerSettings& server,
                     const std::stop_token& stop) {
  const auto root = parts.volumes.live_root(server);
  if (const auto reservation = parts.jobs.reserve(server.uuid)) {
    const auto is_busy = [](const vfs::Directory& area) {
      return !process::find_inhabitants(area.fd()).inhabitants.empty();
    };
    const auto removed = tree::remove_expired_undos(root, parts.clock.now(), is_busy);
    if (removed > 0) parts.log.info("an undo has expired", {{"server", server.uuid.text()}});
  }
  tree::empty_trash(root, stop);
}

}  // namespace

void expire_undos(const OperationParts& parts, const std::stop_token& stop) {
  for (const auto& server : parts.servers.list()) {
    if (stop.stop_requested()) return;
    try {
      expire_undos_of(parts, *server, stop);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kCancelled) continue;
      parts.log.warning("undo areas of a server could not be removed",
                        {{"server", server->uuid.text()}, {"reason", error.message()}});
    }
  }
}

}  // namespace strata::wings
