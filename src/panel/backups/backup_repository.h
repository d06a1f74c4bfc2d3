#pragma once

#include <optional>
#include <vector>

#include "strata/database/database.h"
#include "strata/panel/backups/backup_record.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// The `server_backups` table, seen through a connection (see ServerRepository). Deleted rows stay for statistics and
/// are found only by `was_deleted`.
class BackupRepository {
 public:
  explicit BackupRepository(database::Connection& connection) : connection_(connection) {}

  std::optional<BackupRecord> find(BackupId id);
  /// kNotFound "backup not found", also when it belongs to another server.
  BackupRecord get_of_server(BackupId id, ServerId server);
  /// kNotFound, also when another node holds it.
  BackupRecord get_of_node(BackupId id, NodeId node);
  /// This node held it, and it is gone.
  bool was_deleted(BackupId id, NodeId node);

  /// Oldest first; inside a read transaction, so that total and rows agree.
  wire::Page<BackupRecord> list_of_server(ServerId server, const wire::PageQuery& query);
  /// The ids that a node serves for browsing.
  std::vector<BackupId> ids_of_server(ServerId server);
  /// Everything not deleted, also what policies made.
  std::vector<BackupRecord> all_of_server(ServerId server);
  /// What counts against the limit: everything not deleted and not made by a policy.
  std::int64_t count_of_server(ServerId server);

  void insert(const BackupRecord& backup);

  /// pending → running; nothing when it is past that.
  void mark_running(BackupId id);
  /// The end of a creation. Writes state, result fields, error, warnings, digest and time; false (nothing changed) when
  /// the row has ended already, except that a lost backup may still become a completed one.
  bool finish(const BackupRecord& backup);

  void rename(BackupId id, const std::string& name);
  void set_locked(BackupId id, bool locked);
  void set_verified(BackupId id, const wire::Verification& verification);

  /// Claims the deletion; false when one is under way (unless it was given up).
  bool claim_deletion(BackupId id, Timestamp now);
  /// One more failed attempt; returns how many there were.
  std::int64_t note_failed_deletion(BackupId id);
  void mark_deleted(BackupId id, Timestamp now);

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
