#include "strata/panel/servers/client_view.h"

namespace strata::panel {

wire::ClientServer client_view(const wire::Server& server, const PermissionSet& permissions, bool is_owner) {
  return {.uuid = server.uuid,
          .uuid_short = server.uuid_short,
          .name = server.name,
          .description = server.description,
          .status = server.status,
          .is_suspended = server.is_suspended,
          .is_owner = is_owner,
          .node_uuid = server.node.uuid,
          .node_name = server.node.name,
          .location_uuid = server.node.location.uuid,
          .limits = server.limits,
          .feature_limits = server.feature_limits,
          .permissions = permissions.names(),
          .created = server.created};
}

}  // namespace strata::panel
