#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"

namespace strata::wire {

/// A line of the audit log. What acted: a user (through an API key or not), a node, or with neither the Panel itself.
struct Activity {
  Uuid uuid;
  std::string event;  ///< "location:create"
  std::optional<UserId> user_uuid;
  std::optional<std::string> username;
  std::optional<ApiKeyId> api_key_uuid;
  std::optional<NodeId> node_uuid;
  std::optional<ServerId> server_uuid;
  std::optional<std::string> ip;
  boost::json::value data;  ///< names and ids of what it is about; never secrets
  Timestamp created;
};
STRATA_DESCRIBED(Activity);

}  // namespace strata::wire
