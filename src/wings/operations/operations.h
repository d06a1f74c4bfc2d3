#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "strata/wings/operations/operation_parts.h"
#include "strata/wire/node_api.h"

namespace strata::wings {

/// Who sent a command, from its headers (wire/headers.h). A reference Panel sends neither.
struct CommandOrigin {
  std::optional<OperationId> operation;  ///< Idempotency-Key; a random one when absent
  std::uint64_t fence = 0;
};

/// A command that was taken: it is durable, and its result will reach the Panel.
struct Accepted {
  OperationId operation;
  bool is_new = true;  ///< false: this command was taken before; nothing was started
  std::string phase;   ///< of a repetition: how far it is
};

/// The door for commands. Each method judges the command at once (an Error is a refusal: nothing was started, nothing
/// will be reported), makes it durable, queues it and returns. The same operation id again gives the stored state. Any
/// thread; may block on storage for a moment.
class Operations {
 public:
  /// `on_result` is called after a result became durable (to wake the outbox).
  Operations(OperationParts parts, std::function<void()> on_result);
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  /// Commands are refused with kUnavailable until the Panel has been told about this start: it could not tell a new
  /// operation from a lost one.
  void open();

  /// kNotFound (server), kConflict "backup already exists", kConflict "server is locked" while a restore holds it,
  /// kInvalid (adapter), kTooLarge (ignore rules).
  Accepted create_backup(ServerId server, const wire::CreateBackupCommand& command, const CommandOrigin& origin);

  /// kNotFound (server, backup), kCorrupt (the backup cannot be opened), kNoSpace, kConflict (locked; a process is
  /// inside a server that we cannot stop: named with pid and command, unless `force`).
  Accepted restore_backup(ServerId server, BackupId backup, const wire::RestoreBackupCommand& command,
                          const CommandOrigin& origin);

  /// kNotFound when there is nothing to undo (any more), kConflict as restore.
  Accepted undo_restore(ServerId server, const wire::UndoRestoreCommand& command, const CommandOrigin& origin);

  struct Deletion {
    Accepted accepted;
    bool done = false;  ///< foreground, and the backup is gone: nothing will be reported
  };
  /// kNotFound when the backup is not there (a tombstone is kept all the same). In the foreground it waits up to
  /// `patience`, then goes on in the background; its failure is thrown.
  Deletion delete_backup(BackupId backup, const wire::DeleteBackupCommand& command, const CommandOrigin& origin,
                         std::chrono::milliseconds patience = std::chrono::seconds(60));

  Accepted verify_backup(BackupId backup, const wire::VerifyBackupCommand& command, const CommandOrigin& origin);

  /// False when no such operation is queued or running. An operation that is past its point of no return (swap) ends as
  /// if nobody had asked.
  bool cancel(OperationId operation);

  /// A restore or undo holds the server: power actions and writes must wait.
  bool is_locked(ServerId server) const;

  /// Until when the newest restore of the server can be undone; nullopt when there is nothing to undo.
  std::optional<Timestamp> undo_until(ServerId server) const;

  /// Queues an unfinished operation of an earlier start again, as reconciliation decided.
  void resume(const JournalOperation& operation);

  const OperationParts& parts() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::wings
