#pragma once

#include <boost/json/value.hpp>

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/foundation.h"
#include "strata/panel/nodes/join_codes.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/wire/nodes.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// The rules of nodes. Every change is one transaction with its line in the audit log. Any thread.
class NodeService {
 public:
  /// `credentials` outlives the service.
  NodeService(const Foundation& foundation, const NodeCredentials& credentials)
      : foundation_(foundation), credentials_(credentials), join_codes_(credentials) {}

  wire::Page<wire::Node> list(const wire::PageQuery& query);
  /// kNotFound.
  wire::Node show(NodeId id);
  /// With fresh credentials. kInvalid for an unknown location or configuration, kConflict for a taken name.
  wire::Node create(const wire::CreateNode& request, const Actor& actor);
  void update(NodeId id, const wire::UpdateNode& request, const Actor& actor);
  /// kConflict while servers are on it, and while it holds backups unless forced: the row then stays, hidden, until the
  /// last of them is gone.
  void remove(NodeId id, bool force, const Actor& actor);

  /// Reading the secret is recorded like a change.
  wire::NodeCredentials credentials(NodeId id, const Actor& actor);
  wire::NodeCredentials reset_credentials(NodeId id, const Actor& actor);
  wire::JoinCode make_join_code(NodeId id, const Actor& actor);
  wire::JoinAnswer redeem_join_code(std::string_view code, const Actor& actor);
  void forget_expired_join_codes();

  /// wings.yml as JSON, asked from the node, without its credentials.
  boost::json::value configuration(NodeId id);
  /// Deep merge on the node, in force at once. kInvalid for keys that the Panel may not change.
  wire::ConfigurationApplied change_configuration(NodeId id, const boost::json::value& changes, const Actor& actor);

 private:
  NodeAddress address_of(NodeId id);
  const Foundation foundation_;
  const NodeCredentials& credentials_;
  JoinCodes join_codes_;
};

}  // namespace strata::panel
