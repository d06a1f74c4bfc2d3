#include "strata/panel/remote/remote_servers.h"

#include <algorithm>

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/describe/enumeration.h"
#include "strata/panel/backups/backup_repository.h"

namespace strata::panel {

wire::RemoteServer remote_server(database::Connection& connection, const ServerRecord& server) {
  wire::RemoteServer remote;
  remote.settings.uuid = server.uuid;
  remote.settings.meta = {.name = server.name, .description = server.description};
  remote.settings.suspended = server.suspended;
  remote.settings.backups = BackupRepository(connection).ids_of_server(server.uuid);
  remote.settings.build.disk_space = server.limits.disk;
  remote.settings.path = server.path;
  remote.settings.runtime = server.runtime;
  remote.settings.owners = std::string(describe::text_of(server.owners));
  remote.process_configuration = boost::json::object{};
  return remote;
}

wire::RemoteServer find_remote_server(const Foundation& foundation, NodeId node, ServerId id) {
  database::Transaction snapshot(foundation.database, database::Transaction::Mode::kRead);
  const auto server = ServerRepository(snapshot.connection()).find(id);
  if (!server || server->node != node) throw Error(ErrorKind::kNotFound, "server not found");
  return remote_server(snapshot.connection(), *server);
}

wire::RemoteServerPage list_remote_servers(const Foundation& foundation, NodeId node, const wire::PageQuery& query) {
  database::Transaction snapshot(foundation.database, database::Transaction::Mode::kRead);
  const auto records = ServerRepository(snapshot.connection()).list_records(query, {.node = node});
  wire::RemoteServerPage page;
  for (const auto& server : records.data) page.data.push_back(remote_server(snapshot.connection(), server));
  page.meta = {.current_page = query.page,
               .last_page = std::max<std::int64_t>(1, (records.total + query.per_page - 1) / query.per_page),
               .total = records.total};
  return page;
}

}  // namespace strata::panel
