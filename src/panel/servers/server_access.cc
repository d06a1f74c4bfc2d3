#include "strata/panel/servers/server_access.h"

#include "strata/base/error.h"

namespace strata::panel {

ServerAccess find_server_for(database::Connection& connection, const Caller& caller, std::string_view uuid_or_short) {
  auto server = ServerRepository(connection).find_by_text(uuid_or_short);
  const bool is_owner = server && server->owner == caller.user;
  if (!server || !(is_owner || caller.admin)) throw Error(ErrorKind::kNotFound, "server not found");
  return {.server = *std::move(server),
          .permissions = PermissionSet::everything().narrowed_to(caller.server_ceiling),
          .is_owner = is_owner};
}

void require_usable(const ServerRecord& server, const Caller& caller) {
  const auto refuse = [](const char* why) { throw Error(ErrorKind::kConflict, why); };
  if (server.suspended && !caller.admin) refuse("server is suspended");
  if (server.destination_node) refuse("server is being transferred");
  if (!server.status) return;
  switch (*server.status) {
    case wire::ServerStatus::kInstalling:
      refuse("server is currently installing");
      break;
    case wire::ServerStatus::kInstallFailed:
      refuse("your server has failed its installation process");
      break;
    case wire::ServerStatus::kRestoringBackup:
      refuse("server is restoring from a backup");
      break;
    case wire::ServerStatus::kBackupRestoreFailed:
      refuse("your server has failed to restore a backup");
      break;
  }
}

}  // namespace strata::panel
