#include "strata/panel/schema/steps.h"

namespace strata::panel::steps {

const std::string_view kActivities = R"sql(
create table activities (
  uuid text primary key,
  user_uuid text references users (uuid) on delete set null,
  api_key_uuid text references api_keys (uuid) on delete set null,
  node_uuid text references nodes (uuid) on delete set null,
  server_uuid text references servers (uuid) on delete set null,
  event text not null,
  address text,
  data text not null,
  created bigint not null
);
create index activities_created on activities (created);
create index activities_server on activities (server_uuid, created);
create index activities_user on activities (user_uuid, created);
create index activities_api_key on activities (api_key_uuid);
create index activities_node on activities (node_uuid);
)sql";

}  // namespace strata::panel::steps
