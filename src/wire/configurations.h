#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"
#include "strata/describe/patch.h"
#include "strata/wire/node_api.h"

/// Backup configurations (spec/panel 2.1, 2.2) and the answer to "which one does this server use".
namespace strata::wire {

/// Where backups go. On the wire "local", "ddup-bak", "btrfs", "zfs", "s3", "restic".
enum class BackupDisk { kLocal, kDdupBak, kBtrfs, kZfs, kS3, kRestic };
STRATA_DESCRIBED(BackupDisk);

/// The node's name of a disk: as on the wire, but "wings" for Local.
AdapterName adapter_of(BackupDisk disk);

/// What a disk needs beyond the common fields; the node-local disks need nothing. All four keys are in every answer.
/// `pbs` and `kopia` belong to disks that are not offered.
struct DiskSettings {
  std::optional<boost::json::value> s3;
  std::optional<boost::json::value> restic;
  std::optional<boost::json::value> pbs;
  std::optional<boost::json::value> kopia;
};
STRATA_DESCRIBED(DiskSettings);

struct BackupConfiguration {
  ConfigurationId uuid;
  std::string name;
  std::optional<std::string> description;
  bool maintenance_enabled = false;
  bool shared = false;  ///< every node can reach the storage
  BackupDisk backup_disk = BackupDisk::kLocal;
  DiskSettings backup_configs;
  Timestamp created;
};
STRATA_DESCRIBED(BackupConfiguration);

/// POST /api/admin/backup-configurations
struct CreateBackupConfiguration {
  std::string name;                        ///< 1 to 255
  std::optional<std::string> description;  ///< up to 1024; blank counts as null, here and below
  bool maintenance_enabled = false;
  bool shared = false;
  BackupDisk backup_disk = BackupDisk::kLocal;
  DiskSettings backup_configs;
};
STRATA_DESCRIBED(CreateBackupConfiguration);

/// PATCH /api/admin/backup-configurations/{id}. `backup_configs` replaces the whole object.
struct UpdateBackupConfiguration {
  std::optional<std::string> name;
  describe::Patch<std::string> description;
  std::optional<bool> maintenance_enabled;
  std::optional<bool> shared;
  std::optional<BackupDisk> backup_disk;
  std::optional<DiskSettings> backup_configs;
};
STRATA_DESCRIBED(UpdateBackupConfiguration);

/// ?force=true of a DELETE: also what is in use. Rows that backups need stay, hidden, until the last backup is gone.
struct DeleteQuery {
  bool force = false;
};
STRATA_DESCRIBED(DeleteQuery);

/// The three places a configuration can be assigned to, most specific first.
enum class AssignmentLayer { kServer, kNode, kLocation };
STRATA_DESCRIBED(AssignmentLayer);

/// What a layer contributes to the answer.
enum class LayerState {
  kUnset,       ///< nothing assigned
  kChosen,      ///< this one is used
  kBlocking,    ///< this one would be used but refuses: maintenance
  kUnreadable,  ///< something is assigned that cannot be read: refuses
  kOverridden,  ///< a more specific layer decided
};
STRATA_DESCRIBED(LayerState);

struct ExplainedLayer {
  AssignmentLayer layer = AssignmentLayer::kServer;
  Uuid uuid;         ///< of the server, node or location
  std::string name;  ///< of the server, node or location
  LayerState state = LayerState::kUnset;
  std::optional<BackupConfiguration> configuration;
};
STRATA_DESCRIBED(ExplainedLayer);

/// GET /api/admin/servers/{id}/explain
struct Explanation {
  std::optional<AssignmentLayer> layer;  ///< that decided; null: nothing is assigned anywhere
  std::optional<BackupConfiguration> configuration;
  bool blocked = false;               ///< a backup now would be refused
  std::optional<std::string> reason;  ///< why it would be refused
  std::string summary;                ///< "backs up to MinIO (from location Frankfurt)", or the reason
  std::vector<ExplainedLayer> chain;  ///< server, node, location
};
STRATA_DESCRIBED(Explanation);

}  // namespace strata::wire
