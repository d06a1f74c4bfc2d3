#include "strata/wings/operations/operations.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/wings/operations/backup_restore.h"
#include "strata/wings/operations/job_context.h"
#include "strata/wings/operations/operation_runner.h"
#include "strata/wings/operations/restore_undo.h"

namespace strata::wings {
namespace {

using wire::OperationKind;

NewOperation new_operation(OperationKind kind, const CommandOrigin& origin, std::optional<BackupId> backup,
                           std::optional<ServerId> server, boost::json::value payload) {
  NewOperation operation;
  operation.id = origin.operation.value_or(OperationId::random());
  operation.kind = kind;
  operation.backup = backup;
  operation.server = server;
  operation.fence = origin.fence;
  operation.payload = std::move(payload);
  return operation;
}

Accepted repetition(const JournalOperation& operation) {
  return {.operation = operation.id, .is_new = false, .phase = operation.phase};
}

}  // namespace

struct Operations::Implementation {
  OperationParts parts;
  OperationRunner runner;
  std::atomic<bool> is_open = false;

  Implementation(const OperationParts& parts_in, std::function<void()> on_result)
      : parts(parts_in), runner(parts, std::move(on_result)) {}

  /// The stored state when this command was taken before: nothing of what follows is judged again.
  std::optional<JournalOperation> known(const NewOperation& operation) {
    if (!is_open) {
      throw Error(ErrorKind::kUnavailable,
                  "the node has just started and has not reached the Panel yet: try again in a moment");
    }
    if (!parts.journal.find(operation.id)) {
      parts.jobs.require_room();
      return std::nullopt;
    }
    return parts.journal.accept(operation).operation;
  }

  Accepted take(const NewOperation& operation) {
    const auto acceptance = parts.journal.accept(operation);
    if (!acceptance.is_new) return repetition(acceptance.operation);
    runner.queue(acceptance.operation);
    return {.operation = operation.id, .is_new = true, .phase = acceptance.operation.phase};
  }

  void require_unlocked(ServerId server) {
    if (parts.jobs.holds(server, {OperationKind::kRestore, OperationKind::kUndo})) {
      throw Error(ErrorKind::kConflict, "server is locked: a restore is under way");
    }
  }

  bool is_being_created(BackupId backup) {
    const auto all = parts.jobs.operations();
    return std::any_of(all.begin(), all.end(), [backup](const wire::OperationStatus& status) {
      return status.kind == OperationKind::kCreate && status.backup == backup;
    });
  }

  bool has(const wire::AdapterName& adapter, BackupId backup, std::optional<ServerId> server) {
    QuietContext quiet(parts);
    return has_backup(*parts.disks.get(adapter), {.backup = backup, .server = server.value_or(ServerId{})},
                      quiet.context());
  }
};

Operations::Operations(OperationParts parts, std::function<void()> on_result)
    : implementation_(std::make_unique<Implementation>(parts, std::move(on_result))) {}

Operations::~Operations() = default;

void Operations::open() {
  implementation_->is_open = true;
}

Accepted Operations::create_backup(ServerId server, const wire::CreateBackupCommand& command,
                                   const CommandOrigin& origin) {
  auto& self = *implementation_;
  const auto operation =
      new_operation(OperationKind::kCreate, origin, command.uuid, server, describe::to_json(command));
  if (const auto known = self.known(operation)) return repetition(*known);
  const auto settings = self.parts.servers.get(server);
  self.require_unlocked(server);
  tree::IgnoreRules::parse(tree::split_ignore_lines(command.ignore));  // the limits, before anything starts
  self.parts.runtimes.runtime_of(*settings);
  self.parts.volumes.open(*settings);
  if (self.has(command.adapter, command.uuid, server)) throw Error(ErrorKind::kConflict, "backup already exists");
  return self.take(operation);
}

Accepted Operations::restore_backup(ServerId server, BackupId backup, const wire::RestoreBackupCommand& command,
                                    const CommandOrigin& origin) {
  auto& self = *implementation_;
  const auto operation = new_operation(OperationKind::kRestore, origin, backup, server, describe::to_json(command));
  if (const auto known = self.known(operation)) return repetition(*known);
  const auto settings = self.parts.servers.get(server);
  self.require_unlocked(server);
  check_restore(self.parts, *settings, backup, command);
  return self.take(operation);
}

Accepted Operations::undo_restore(ServerId server, const wire::UndoRestoreCommand& command,
                                  const CommandOrigin& origin) {
  auto& self = *implementation_;
  auto operation = new_operation(OperationKind::kUndo, origin, std::nullopt, server, nullptr);
  if (const auto known = self.known(operation)) return repetition(*known);
  const auto settings = self.parts.servers.get(server);
  self.require_unlocked(server);
  operation.payload = check_undo(self.parts, *settings, command);
  return self.take(operation);
}

Operations::Deletion Operations::delete_backup(BackupId backup, const wire::DeleteBackupCommand& command,
                                               const CommandOrigin& origin, std::chrono::milliseconds patience) {
  auto& self = *implementation_;
  const auto operation =
      new_operation(OperationKind::kDelete, origin, backup, command.server, describe::to_json(command));
  if (const auto known = self.known(operation)) {
    return {.accepted = repetition(*known), .done = known->phase == phases::kCompleted};
  }
  if (!self.is_being_created(backup) && !self.has(command.adapter, backup, command.server)) {
    self.parts.journal.add_tombstone(backup, origin.fence);
    throw Error(ErrorKind::kNotFound, "backup not found");
  }
  if (!command.foreground) return {.accepted = self.take(operation), .done = false};
  const auto acceptance = self.parts.journal.accept(operation);
  if (!acceptance.is_new) return {.accepted = repetition(acceptance.operation), .done = false};
  const bool done = self.runner.queue_and_wait(acceptance.operation, patience);
  return {.accepted = {.operation = operation.id, .is_new = true, .phase = acceptance.operation.phase}, .done = done};
}

Accepted Operations::verify_backup(BackupId backup, const wire::VerifyBackupCommand& command,
                                   const CommandOrigin& origin) {
  auto& self = *implementation_;
  const auto operation =
      new_operation(OperationKind::kVerify, origin, backup, command.server, describe::to_json(command));
  if (const auto known = self.known(operation)) return repetition(*known);
  if (!self.has(command.adapter, backup, command.server)) throw Error(ErrorKind::kNotFound, "backup not found");
  return self.take(operation);
}

bool Operations::cancel(OperationId operation) {
  return implementation_->parts.jobs.cancel(operation);
}

bool Operations::is_locked(ServerId server) const {
  return implementation_->parts.jobs.holds(server, {OperationKind::kRestore, OperationKind::kUndo});
}

std::optional<Timestamp> Operations::undo_until(ServerId server) const {
  const auto& parts = implementation_->parts;
  try {
    return choose_undo(parts, *parts.servers.get(server), std::nullopt).expires;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) {
      parts.log.warning("the undo areas of a server cannot be read",
                        {{"server", server.text()}, {"reason", error.message()}});
    }
    return std::nullopt;
  }
}

void Operations::resume(const JournalOperation& operation) {
  implementation_->parts.journal.take_up(operation.id);
  implementation_->runner.queue(operation);
}

const OperationParts& Operations::parts() const {
  return implementation_->parts;
}

}  // namespace strata::wings
