#pragma once

#include <optional>
#include <string>

#include "strata/base/id.h"
#include "strata/panel/accounts/permissions.h"

namespace strata::panel {

using SessionId = Id<struct SessionTag>;

/// The person behind a request, with what they may do after their API key, if any, narrowed it. A value, made by the
/// gate for one request.
struct Caller {
  UserId user;
  std::string username;
  bool admin = false;                ///< the account's flag: holds every permission that is not narrowed away
  std::optional<ApiKeyId> api_key;   ///< set: came with an API key
  std::optional<SessionId> session;  ///< set: came with the session cookie
  PermissionSet user_permissions;
  PermissionSet admin_permissions;
  PermissionSet server_ceiling;  ///< narrows what the user holds on any server
  std::string address;           ///< where the request came from
};

/// The node behind a request to the remote API.
struct NodeCaller {
  NodeId node;
  std::string name;
  std::string address;
};

}  // namespace strata::panel
