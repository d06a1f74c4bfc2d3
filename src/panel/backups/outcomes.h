#pragma once

#include <optional>
#include <string>

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/backups/backup_record.h"
#include "strata/panel/backups/live_progress.h"
#include "strata/panel/backups/operation_repository.h"
#include "strata/panel/foundation.h"
#include "strata/panel/secrets/secret_store.h"
#include "strata/wire/remote_api.h"

namespace strata::panel {

/// Where the ends of operations are written: every state change of a backup, a restoring server or a deletion, whoever
/// tells of it. Each method is one transaction and idempotent: told twice, the second time changes nothing; told
/// otherwise, it is kConflict and nothing changes. States only move forward, except that a lost backup may still turn
/// out completed (spec/reliability 3.11). Any thread.
class Outcomes {
 public:
  Outcomes(const Foundation& foundation, LiveProgress& progress)
      : foundation_(foundation), secrets_(foundation.sealer), progress_(progress) {}

  // From the Panel's own side.
  /// False when it was cancelled while the command was on its way: the node is to be told then.
  bool accepted(const OperationRecord& operation, std::optional<Timestamp> ask_again);
  /// The node said no, or was never reached.
  void refused(const OperationRecord& operation, const std::string& reason);
  void cancelled_before_start(const OperationRecord& operation);
  /// A deletion that needs no report.
  void deleted(OperationId operation);
  /// No result is to be expected any more: the node came back without it, or never.
  void lost(const OperationRecord& operation, const std::string& reason);

  // Reports of nodes. kNotFound when the backup or server is not this node's.
  void report_backup(NodeId node, BackupId backup, const Actor& actor, const wire::BackupReport& report);
  void report_restore(NodeId node, BackupId backup, const Actor& actor, const wire::RestoreReport& report);
  void report_undo(NodeId node, ServerId server, const Actor& actor, const wire::UndoReport& report);
  void report_deletion(NodeId node, BackupId backup, const Actor& actor, const wire::DeletionReport& report);
  void report_verification(NodeId node, BackupId backup, const Actor& actor, const wire::VerificationReport& report);

 private:
  /// How an operation ended other than well.
  struct BadEnd {
    OperationState state = OperationState::kFailed;
    std::string reason;
    std::optional<std::string> digest = {};  ///< of the report that says so
  };
  /// What ends an operation and what hangs on it, by kind.
  void end_unsuccessfully(database::Connection& connection, const OperationRecord& operation, const BadEnd& end);
  void end_creation(database::Connection& connection, const OperationRecord& operation, const BadEnd& end);
  /// A failed deletion is tried again later, as a new operation: the node answers a repetition of the old one with its
  /// old result. Given up after kMaximumDeletionRetries.
  void try_deletion_again(database::Connection& connection, const OperationRecord& operation,
                          const std::string& reason);
  /// The backup's data is gone: its row leaves every list, and what stayed only for it goes too.
  void forget_backup(database::Connection& connection, BackupId id, const Actor& actor);
  const Foundation& foundation_;
  SecretStore secrets_;
  LiveProgress& progress_;
};

}  // namespace strata::panel
