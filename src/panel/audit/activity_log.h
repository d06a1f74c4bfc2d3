#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/panel/accounts/caller.h"

namespace strata::panel {

/// Who did something. Nothing set: the Panel itself.
struct Actor {
  std::optional<UserId> user;
  std::optional<ApiKeyId> api_key;
  std::optional<NodeId> node;
  std::optional<std::string> address;

  Actor() = default;
  Actor(const Caller& caller);      // NOLINT(google-explicit-constructor): a caller is an actor
  Actor(const NodeCaller& caller);  // NOLINT(google-explicit-constructor)
};

/// What was done: an event name of spec/panel ("location:create") and the names and ids of what it was done to. Never a
/// secret value; of a changed field that may be one, only its name.
struct Activity {
  std::string_view event;
  boost::json::object data;
  std::optional<ServerId> server = {};
};

/// Writes one line of the audit log, inside the transaction of the change itself: both happen or neither.
void record_activity(database::Connection& connection, Timestamp now, const Actor& actor, const Activity& activity);

}  // namespace strata::panel
