#pragma once

#include <string_view>

#include "strata/database/database.h"
#include "strata/panel/accounts/caller.h"
#include "strata/panel/gate/access.h"
#include "strata/panel/servers/server_repository.h"

namespace strata::panel {

/// A server and what the caller may do with it.
struct ServerAccess {
  ServerRecord server;
  PermissionSet permissions;  ///< of the server scope, narrowed by the caller's API key
  bool is_owner = false;
};

/// The server of a client route, by uuid or short id. Owners and administrators see it and hold every permission that
/// their API key leaves; for everybody else it does not exist: kNotFound "server not found".
ServerAccess find_server_for(database::Connection& connection, const Caller& caller, std::string_view uuid_or_short);

/// kConflict with the state when the server cannot be used now (spec/panel 3). Administrators pass a suspension.
void require_usable(const ServerRecord& server, const Caller& caller);

}  // namespace strata::panel
