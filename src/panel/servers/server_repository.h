#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/paging.h"
#include "strata/wire/servers.h"

namespace strata::panel {

/// A row of `servers`, without what it points to.
struct ServerRecord {
  ServerId uuid;
  std::string uuid_short;  ///< the first 8 hex digits of the uuid
  std::optional<std::string> external_id;
  NodeId node;
  std::optional<NodeId> destination_node;  ///< set: being transferred there
  UserId owner;
  std::optional<ConfigurationId> configuration;  ///< assigned to the server itself
  std::string name;
  std::optional<std::string> description;
  std::optional<wire::ServerStatus> status;
  bool suspended = false;
  wire::ServerLimits limits;
  wire::FeatureLimits feature_limits;
  std::optional<std::string> path;
  wire::RuntimeChoice runtime;
  wire::OwnerPolicy owners = wire::OwnerPolicy::kServer;
  std::optional<Timestamp> undo_until;        ///< the newest restore can be undone until then
  std::optional<OperationId> undo_operation;  ///< that restore
  Timestamp created;
};

/// Which servers a list is about; unset members do not restrict.
struct ServerFilter {
  std::optional<NodeId> node = {};
  std::optional<UserId> owner = {};
  std::optional<ConfigurationId> configuration = {};  ///< directly assigned
};

/// The `servers` table, seen through a connection: make one where it is needed, inside a transaction or on a reader.
/// One thread at a time; must not outlive the connection.
class ServerRepository {
 public:
  explicit ServerRepository(database::Connection& connection) : connection_(connection) {}

  /// Error(kNotFound) "server not found".
  ServerRecord get(ServerId id);
  std::optional<ServerRecord> find(ServerId id);
  /// The full uuid or the 8 hex digits of `uuid_short`.
  std::optional<ServerRecord> find_by_text(std::string_view uuid_or_short);

  /// With node, owner and configuration, as administrators see it. kNotFound.
  wire::Server show(ServerId id);
  /// Inside a read transaction, so that total and rows agree.
  wire::Page<wire::Server> list(const wire::PageQuery& query, const ServerFilter& filter = {});
  /// The records alone: for nodes and customers.
  wire::Page<ServerRecord> list_records(const wire::PageQuery& query, const ServerFilter& filter = {});

  /// kConflict when uuid, short id, external id or (node, path) are taken.
  void insert(const ServerRecord& server);
  /// Everything that may change after creation: name, description, external id, owner, configuration, suspended,
  /// limits, runtime.
  void update(const ServerRecord& server);
  void remove(ServerId id);

  /// Serialises whoever decides about one server (limits, states): call it first in the deciding transaction.
  /// kNotFound.
  void lock(ServerId id);

  /// Compare and set: false, with nothing changed, when the status is not `from`. nullopt is the normal state.
  bool change_status(ServerId id, std::optional<wire::ServerStatus> from, std::optional<wire::ServerStatus> to);
  void set_undo(ServerId id, std::optional<OperationId> operation, std::optional<Timestamp> until);

  /// An operation of it has not ended yet.
  bool is_busy(ServerId id);
  /// Backups that are not deleted.
  std::int64_t backup_count(ServerId id);

  /// Servers in a status, oldest first, at most 1,000; on one node or on all.
  std::vector<ServerRecord> in_status(wire::ServerStatus status, std::optional<NodeId> node = {});

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
