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
#include "strata/wire/configurations.h"
#include "strata/wire/node_api.h"
#include "strata/wire/remote_api.h"

/// Backups as customers and scripts see them (spec/panel 3), base /api/client/servers/{server}/backups.
namespace strata::wire {

/// Where a backup is in its life (extension; spec/reliability 3.11). States only move forward, except that late good
/// news wins over kLost.
enum class BackupState {
  kPending,  ///< the row exists, the node has not answered yet
  kRunning,
  kCompleted,
  kCompletedWithWarnings,  ///< complete but for what `warnings` lists
  kFailed,
  kCancelled,
  kLost,  ///< the node that made it came back without it
};
STRATA_DESCRIBED(BackupState);

/// The last verification (extension).
struct Verification {
  bool intact = false;
  Timestamp time;
  std::vector<std::string> damage;
  bool hashes_compared = false;
};
STRATA_DESCRIBED(Verification);

/// What is being done with it right now (extension).
struct BackupProgress {
  OperationKind kind = OperationKind::kCreate;
  std::string phase;
  Bytes bytes = 0;
  Bytes total_bytes = 0;  ///< 0 until the walk is done
  std::uint64_t files = 0;
  std::uint64_t total_files = 0;
  Timestamp started;
  Timestamp updated;  ///< the node's last word; old: "node unreachable, state unknown since"
};
STRATA_DESCRIBED(BackupProgress);

/// One backup. Everything up to `created` is as in the reference; the rest is extension.
struct Backup {
  BackupId uuid;
  std::optional<Uuid> backup_group_uuid;
  std::string name;
  std::vector<std::string> ignored_files;
  bool is_successful = false;  ///< also completed with warnings
  bool is_locked = false;
  bool is_browsable = false;
  bool is_streaming = false;
  std::optional<std::string> checksum;  ///< "<type>:<value>"
  Bytes bytes = 0;
  std::uint64_t files = 0;
  boost::json::value metadata;                 ///< an object
  std::optional<std::string> deletion_status;  ///< "deleting", "failed" or null
  std::optional<Timestamp> completed;          ///< null: not ended
  Timestamp created;

  BackupState state = BackupState::kPending;
  std::optional<std::string> error;  ///< why it failed, for people
  std::uint64_t warnings_count = 0;
  std::vector<PathWarning> warnings;  ///< only in the answer for one backup; at most 1,000
  BackupDisk disk = BackupDisk::kLocal;
  std::optional<std::string> archive_format;
  Bytes content_bytes = 0;
  std::optional<Verification> verified;
  std::optional<BackupProgress> progress;  ///< null when nothing runs
};
STRATA_DESCRIBED(Backup);

/// POST …/backups
struct CreateBackup {
  std::optional<std::string> name;  ///< 1 to 255; absent: the local time
  std::optional<Uuid> backup_group_uuid;
  std::vector<std::string> ignored_files;  ///< at most 10,000 lines, 1 MiB
};
STRATA_DESCRIBED(CreateBackup);

/// PATCH …/backups/{backup}
struct UpdateBackup {
  std::optional<std::string> name;
  std::optional<bool> locked;
};
STRATA_DESCRIBED(UpdateBackup);

/// POST …/backups/{backup}/restore
struct RestoreBackup {
  bool truncate_directory = false;  ///< true: replace; false: merge
  bool restore_startup = false;     ///< accepted, has no meaning here
  bool keep_ignored = true;         ///< extension
  bool force = false;               ///< extension: although a process is inside
};
STRATA_DESCRIBED(RestoreBackup);

/// POST …/backups/undo-restore (extension): puts back what the newest restore replaced.
struct UndoRestore {
  bool force = false;
};
STRATA_DESCRIBED(UndoRestore);

/// GET …/backups/{backup}/download?archive_format=
struct DownloadQuery {
  std::string archive_format = "tar_gz";  ///< for streaming backups; others come as they are stored
};
STRATA_DESCRIBED(DownloadQuery);

struct DownloadLink {
  std::string url;  ///< single use, 15 minutes
};
STRATA_DESCRIBED(DownloadLink);

/// How the last restore or undo of a server ended or how far it is: GET /api/client/servers/{server}/restore
/// (extension).
struct RestoreStatus {
  std::optional<BackupId> backup;
  std::string state = "none";  ///< none, running, completed, completed_with_warnings, failed
  std::optional<std::string> error;
  std::uint64_t warnings_count = 0;
  std::vector<PathWarning> warnings;
  std::optional<BackupProgress> progress;
  std::optional<Timestamp> undo_until;  ///< null: nothing to undo
};
STRATA_DESCRIBED(RestoreStatus);

}  // namespace strata::wire
