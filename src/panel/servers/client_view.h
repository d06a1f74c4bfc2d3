#pragma once

#include "strata/panel/accounts/permissions.h"
#include "strata/wire/servers.h"

namespace strata::panel {

/// What a customer sees of a server: never where it is backed up to. Pure.
wire::ClientServer client_view(const wire::Server& server, const PermissionSet& permissions, bool is_owner);

}  // namespace strata::panel
