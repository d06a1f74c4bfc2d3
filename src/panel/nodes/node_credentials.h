#pragma once

#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/crypto/sealer.h"
#include "strata/database/database.h"
#include "strata/panel/nodes/node_gateway.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/secrets/secret_store.h"
#include "strata/wire/nodes.h"

namespace strata::panel {

/// The secret that the Panel shares with each node: made here, sealed at rest, opened for one use. Any thread.
class NodeCredentials {
 public:
  explicit NodeCredentials(const crypto::Sealer& sealer) : secrets_(sealer) {}

  /// A new pair for a node whose row exists; the old one, if any, stops working.
  wire::NodeCredentials renew(database::Connection& connection, NodeId node, Timestamp now) const;
  wire::NodeCredentials read(database::Connection& connection, NodeId node) const;
  void remove(database::Connection& connection, NodeId node) const;

  /// Everything a command needs. kNotFound "node not found".
  NodeAddress address(database::Connection& connection, NodeId node) const;

  /// Whose bearer ("<token_id>.<derived secret>") this is; kUnauthorized when nobody's.
  NodeRecord authenticate(database::Connection& connection, std::string_view bearer) const;

  /// The HS256 key of the links that browsers take to this node, 32 bytes.
  Secret link_key(database::Connection& connection, NodeId node) const;

 private:
  Secret token(database::Connection& connection, NodeId node) const;
  SecretStore secrets_;
};

}  // namespace strata::panel
