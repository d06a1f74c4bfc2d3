#include "strata/panel/audit/activity_room.h"

#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

wire::Activity read_activity(const database::Row& row) {
  return {.uuid = row.uuid("uuid"),
          .event = row.text("event"),
          .user_uuid = row.optional_id<UserId>("user_uuid"),
          .username = row.optional_text("username"),
          .api_key_uuid = row.optional_id<ApiKeyId>("api_key_uuid"),
          .node_uuid = row.optional_id<NodeId>("node_uuid"),
          .server_uuid = row.optional_id<ServerId>("server_uuid"),
          .ip = row.optional_text("address"),
          .data = describe::parse_json(row.text("data")),
          .created = row.time("created")};
}

}  // namespace

void ActivityRoom::add_routes(RouteTable& routes) {
  routes.get("/api/admin/activity", "List the audit log; search looks in the event names")
      .needs(Access::admin({"activity.read"}))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Activity>>("activities")
      .by([this](Call&, const wire::PageQuery& query) { return list(query); });
}

wire::Page<wire::Activity> ActivityRoom::list(const wire::PageQuery& query) {
  const ListSql sql{.columns = "a.*, u.username as username",
                    .table = "activities a",
                    .joins = " left join users u on u.uuid = a.user_uuid",
                    .row = "a",
                    .searched = "event"};
  database::Transaction snapshot(foundation_.database, database::Transaction::Mode::kRead);
  return list_page(snapshot.connection(), sql, {}, query, read_activity);
}

}  // namespace strata::panel
