#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/nodes.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// A row of `nodes`, without what it points to. The shared secret is in the SecretStore.
struct NodeRecord {
  NodeId uuid;
  LocationId location;
  std::optional<ConfigurationId> configuration;
  std::string name;
  std::optional<std::string> description;
  bool deployment_enabled = false;
  bool maintenance_enabled = false;
  std::optional<std::string> public_url;
  std::string url;
  std::optional<std::string> sftp_host;
  std::int64_t sftp_port = 0;
  std::int64_t memory = 0;
  std::int64_t disk = 0;
  std::string token_id;
  std::optional<Timestamp> last_seen;
  std::optional<BootId> boot;        ///< of its last heartbeat
  std::optional<Timestamp> deleted;  ///< deleted by force; stays for the backups it holds
  Timestamp created;
};

/// Which nodes a list is about; unset members do not restrict.
struct NodeFilter {
  std::optional<LocationId> location = {};
  std::optional<ConfigurationId> configuration = {};  ///< directly assigned
};

/// The `nodes` table, seen through a connection (see ServerRepository). Nodes deleted by force are found only by `find`
/// and `find_by_token_id`.
class NodeRepository {
 public:
  explicit NodeRepository(database::Connection& connection) : connection_(connection) {}

  /// kNotFound "node not found".
  NodeRecord get(NodeId id);
  std::optional<NodeRecord> find(NodeId id);
  std::optional<NodeRecord> find_by_token_id(std::string_view token_id);

  /// With location and configurations, as administrators see it. kNotFound.
  wire::Node show(NodeId id);
  /// Inside a read transaction, so that total and rows agree.
  wire::Page<wire::Node> list(const wire::PageQuery& query, const NodeFilter& filter = {});

  /// kConflict when the name is taken.
  void insert(const NodeRecord& node);
  /// Everything but uuid, token id, heartbeat and times. kConflict when the name is taken.
  void update(const NodeRecord& node);
  void set_token_id(NodeId id, std::string_view token_id);
  void note_heartbeat(NodeId id, std::optional<BootId> boot, Timestamp now);

  std::int64_t server_count(NodeId id);
  std::int64_t backup_count(NodeId id);  ///< not deleted
  /// Removes the row and what is left of deleted backups; its secrets are the caller's to remove.
  void remove(NodeId id);
  void hide(NodeId id, Timestamp now);
  /// Removes a hidden node that holds no backup any more; true when it did. To be called after a backup's last trace
  /// went.
  bool remove_if_abandoned(NodeId id);

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
