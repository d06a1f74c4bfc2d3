#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/describe/described.h"

/// Panel → Wings. Paths and members as in the reference's node API; members marked *extension* may be absent.
namespace strata::wire {

/// The Wings name of a disk: "wings" (Local), "ddup-bak", "btrfs", "zfs", "s3", "restic".
using AdapterName = std::string;

/// POST /api/servers/{server}/backup → 202 {}
struct CreateBackupCommand {
  AdapterName adapter;
  BackupId uuid;
  std::string ignore;                            ///< lines joined by \n; at most 1 MiB
  std::optional<std::string> name;               ///< extension: for the manifest
  std::optional<ConfigurationId> configuration;  ///< extension: for the manifest
};
STRATA_DESCRIBED(CreateBackupCommand);

/// POST /api/servers/{server}/backup/{backup}/restore → 202 {}
struct RestoreBackupCommand {
  AdapterName adapter;
  bool truncate_directory = false;          ///< true: replace, false: merge
  std::optional<std::string> download_url;  ///< s3 only
  bool keep_ignored = true;  ///< extension: replace keeps live files that match the backup's ignore rules
  bool force = false;        ///< extension: swap although a process is inside
};
STRATA_DESCRIBED(RestoreBackupCommand);

/// POST /api/servers/{server}/undo-restore → 202 {} (extension)
struct UndoRestoreCommand {
  std::optional<OperationId> operation;  ///< which restore; absent: the newest
  bool force = false;
};
STRATA_DESCRIBED(UndoRestoreCommand);

/// DELETE /api/backups/{backup} → 200 {} when done (foreground), 202 {} when it will be reported, 404 when absent
struct DeleteBackupCommand {
  AdapterName adapter;
  bool foreground = false;
  std::optional<ServerId> server;
};
STRATA_DESCRIBED(DeleteBackupCommand);

/// POST /api/backups/{backup}/verify → 202 {} (extension)
struct VerifyBackupCommand {
  AdapterName adapter;
  std::optional<ServerId> server;
};
STRATA_DESCRIBED(VerifyBackupCommand);

/// POST /api/servers → 200 {}: the node fetches the rest from the Panel. 409 when it has the server.
struct CreateServerCommand {
  ServerId uuid;
  bool start_on_completion = false;
  bool skip_scripts = false;
};
STRATA_DESCRIBED(CreateServerCommand);

/// What an operation is doing: GET /api/operations, heartbeats, WebSocket (extension).
enum class OperationKind { kCreate, kRestore, kUndo, kDelete, kVerify };
STRATA_DESCRIBED(OperationKind);

struct OperationStatus {
  OperationId operation;
  OperationKind kind = OperationKind::kCreate;
  std::optional<BackupId> backup;
  std::optional<ServerId> server;
  std::uint64_t fence = 0;
  std::string phase;  ///< "queued", "survey", "store", "stage", "verify", "stop", "swap", "finish", "completed",
                      ///< "failed", "cancelled"
  Bytes bytes = 0;
  Bytes total_bytes = 0;  ///< 0 until the walk is done
  std::uint64_t files = 0;
  std::uint64_t total_files = 0;
  std::uint64_t sequence = 0;  ///< rises with every change: late heartbeats are recognised
  Timestamp started;
  std::optional<std::string> error;
};
STRATA_DESCRIBED(OperationStatus);

struct OperationList {
  std::vector<OperationStatus> operations;
};
STRATA_DESCRIBED(OperationList);

/// GET /api/backups/{backup}/query?adapter= → 200
struct QueryBackupAnswer {
  std::optional<std::string> archive_format;
  std::optional<Bytes> size;
};
STRATA_DESCRIBED(QueryBackupAnswer);

/// GET /api/system → 200
struct SystemInformation {
  std::string architecture;
  std::int64_t cpu_count = 0;
  std::string kernel_version;
  std::string os;
  std::string version;
  std::optional<BootId> boot;  ///< extension
};
STRATA_DESCRIBED(SystemInformation);

/// PATCH /api/system/config with a partial configuration → 200 {"applied":true}
struct ConfigurationApplied {
  bool applied = false;
};
STRATA_DESCRIBED(ConfigurationApplied);

/// GET /api/servers/{server} → 200
struct ServerState {
  ServerId uuid;
  std::string state;  ///< offline, starting, stopping, running
  bool is_suspended = false;
  bool is_locked = false;               ///< extension: an operation holds it
  std::string path;                     ///< extension: where its files are on the node
  std::optional<Timestamp> undo_until;  ///< extension: a restore can be undone until then
};
STRATA_DESCRIBED(ServerState);

}  // namespace strata::wire
