#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"
#include "strata/describe/patch.h"
#include "strata/wire/accounts.h"
#include "strata/wire/nodes.h"
#include "strata/wire/remote_api.h"

/// Servers (spec/panel 2.6): a directory on a node with an owner, limits and a runtime. Game fields of the reference
/// (egg, allocations, startup, image, variables) are ignored when sent and absent from answers.
namespace strata::wire {

/// What keeps a server from being used; null in answers when nothing does.
enum class ServerStatus { kInstalling, kInstallFailed, kRestoringBackup, kBackupRestoreFailed };
STRATA_DESCRIBED(ServerStatus);

/// Sizes in MiB, cpu in percent of one core; 0 is unlimited.
struct ServerLimits {
  std::int64_t cpu = 0;
  std::int64_t memory = 0;
  std::int64_t memory_overhead = 0;
  std::int64_t swap = 0;  ///< -1: unlimited
  std::int64_t disk = 0;
  std::optional<std::int64_t> io_weight;  ///< 0 to 1000
};
STRATA_DESCRIBED(ServerLimits);

/// How many of each the customer may have; 0 is none.
struct FeatureLimits {
  std::int64_t allocations = 0;
  std::int64_t databases = 0;
  std::int64_t backups = 100;
  std::int64_t schedules = 0;
};
STRATA_DESCRIBED(FeatureLimits);

/// What a restore does with owners (extension). kServer: everything belongs to the node's user. kPreserve: as recorded.
enum class OwnerPolicy { kServer, kPreserve };
STRATA_DESCRIBED(OwnerPolicy);

struct Server {
  ServerId uuid;
  std::string uuid_short;  ///< 8 hex digits
  std::optional<std::string> external_id;
  Node node;
  User owner;
  std::optional<BackupConfiguration> backup_configuration;
  std::optional<ServerStatus> status;
  bool is_suspended = false;
  bool is_transferring = false;
  std::string name;
  std::optional<std::string> description;
  ServerLimits limits;
  FeatureLimits feature_limits;
  Timestamp created;
  std::optional<std::string> path;            ///< extension: adopted directory; null: beneath the node's system.data
  RuntimeChoice runtime;                      ///< extension
  OwnerPolicy owners = OwnerPolicy::kServer;  ///< extension
};
STRATA_DESCRIBED(Server);

/// POST /api/admin/servers
struct CreateServer {
  NodeId node_uuid;
  std::optional<UserId> owner_uuid;  ///< absent: the caller
  std::optional<ConfigurationId> backup_configuration_uuid;
  std::optional<std::string> external_id;  ///< 1 to 255
  std::string name;                        ///< 3 to 255
  std::optional<std::string> description;
  ServerLimits limits;
  FeatureLimits feature_limits;
  std::optional<std::string> path;  ///< extension: an existing directory beneath the node's system.extra_roots
  std::optional<RuntimeChoice> runtime;
  std::optional<OwnerPolicy> owners;  ///< absent: kPreserve with `path`, else kServer
  bool start_on_completion = false;
};
STRATA_DESCRIBED(CreateServer);

/// PATCH /api/admin/servers/{id}. Node, path and owners policy of a server do not change.
struct UpdateServer {
  std::optional<UserId> owner_uuid;
  describe::Patch<ConfigurationId> backup_configuration_uuid;
  describe::Patch<std::string> external_id;
  std::optional<std::string> name;
  describe::Patch<std::string> description;
  std::optional<ServerLimits> limits;
  std::optional<FeatureLimits> feature_limits;
  std::optional<bool> suspended;
  std::optional<RuntimeChoice> runtime;
};
STRATA_DESCRIBED(UpdateServer);

/// DELETE /api/admin/servers/{id}
struct DeleteServer {
  bool force = false;           ///< also when the node cannot be told
  bool delete_backups = false;  ///< false: its backups stay, detached
};
STRATA_DESCRIBED(DeleteServer);

/// GET /api/client/servers/{id}: what a customer sees of it.
struct ClientServer {
  ServerId uuid;
  std::string uuid_short;
  std::string name;
  std::optional<std::string> description;
  std::optional<ServerStatus> status;
  bool is_suspended = false;
  bool is_owner = false;
  NodeId node_uuid;
  std::string node_name;
  LocationId location_uuid;
  ServerLimits limits;
  FeatureLimits feature_limits;
  std::vector<std::string> permissions;  ///< of the caller on this server; "*" is all
  Timestamp created;
};
STRATA_DESCRIBED(ClientServer);

}  // namespace strata::wire
