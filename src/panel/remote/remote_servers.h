#pragma once

#include "strata/panel/foundation.h"
#include "strata/panel/servers/server_repository.h"
#include "strata/wire/remote_api.h"

namespace strata::panel {

/// A server as its node needs it.
wire::RemoteServer remote_server(database::Connection& connection, const ServerRecord& server);

/// kNotFound when the server is not on this node.
wire::RemoteServer find_remote_server(const Foundation& foundation, NodeId node, ServerId server);
wire::RemoteServerPage list_remote_servers(const Foundation& foundation, NodeId node, const wire::PageQuery& query);

}  // namespace strata::panel
