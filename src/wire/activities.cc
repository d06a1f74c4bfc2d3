#include "strata/wire/activities.h"

#include "strata/describe/object.h"

namespace strata::wire {

const describe::Schema& schema_of(std::type_identity<Activity>) {
  static const auto schema = describe::object<Activity>("Activity")
                                 .field("uuid", &Activity::uuid)
                                 .field("event", &Activity::event)
                                 .field("user_uuid", &Activity::user_uuid)
                                 .field("username", &Activity::username)
                                 .field("api_key_uuid", &Activity::api_key_uuid)
                                 .field("node_uuid", &Activity::node_uuid)
                                 .field("server_uuid", &Activity::server_uuid)
                                 .field("ip", &Activity::ip)
                                 .field("data", &Activity::data)
                                 .field("created", &Activity::created)
                                 .build();
  return schema;
}

}  // namespace strata::wire
