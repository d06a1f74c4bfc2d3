#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace strata::panel {

/// Who may use a route. The gate checks it before the request's body is looked at.
struct Access {
  enum class Kind {
    kPublic,   ///< everybody
    kUser,     ///< anybody signed in, with the named permissions of the user scope
    kSession,  ///< signed in with the cookie, not with an API key
    kAdmin,    ///< holders of the named admin permissions; 401 for others than administrators
    kServer,   ///< who sees the server `{server}` (404 otherwise) and holds the named server permissions (403)
    kNode,     ///< a node, with its own credentials
  };

  /// What a server in a blocking state (suspended, transferring, installing, restoring, failed restore) answers.
  enum class ServerGate {
    kUsable,    ///< 409 with the state
    kAnyState,  ///< the route works in every state
  };

  Kind kind = Kind::kPublic;
  std::vector<std::string_view> permissions;  ///< all are needed; names of `permission_names` of the scope
  ServerGate server_gate = ServerGate::kUsable;

  static Access everybody() { return {}; }
  static Access user(std::vector<std::string_view> permissions = {}) { return {Kind::kUser, std::move(permissions)}; }
  static Access session() { return {Kind::kSession, {}}; }
  static Access admin(std::vector<std::string_view> permissions) { return {Kind::kAdmin, std::move(permissions)}; }
  static Access server(std::vector<std::string_view> permissions, ServerGate gate = ServerGate::kUsable) {
    return {Kind::kServer, std::move(permissions), gate};
  }
  static Access node() { return {Kind::kNode, {}}; }
};

}  // namespace strata::panel
