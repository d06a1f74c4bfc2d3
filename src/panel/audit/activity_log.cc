#include "strata/panel/audit/activity_log.h"

#include <boost/json/serialize.hpp>

namespace strata::panel {

Actor::Actor(const Caller& caller) : user(caller.user), api_key(caller.api_key), address(caller.address) {}

Actor::Actor(const NodeCaller& caller) : node(caller.node), address(caller.address) {}

void record_activity(database::Connection& connection, Timestamp now, const Actor& actor, const Activity& activity) {
  connection.execute(
      "insert into activities (uuid, user_uuid, api_key_uuid, node_uuid, server_uuid, event, address, data, created) "
      "values (:uuid, :user, :api_key, :node, :server, :event, :address, :data, :created)",
      {{"uuid", Uuid::random()},
       {"user", actor.user},
       {"api_key", actor.api_key},
       {"node", actor.node},
       {"server", activity.server},
       {"event", activity.event},
       {"address", actor.address},
       {"data", boost::json::serialize(activity.data)},
       {"created", now}});
}

}  // namespace strata::panel
