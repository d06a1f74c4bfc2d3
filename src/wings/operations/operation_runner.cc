#include "strata/wings/operations/operation_runner.h"

#include <utility>

#include <fmt/format.h>

#include "strata/base/cancel.h"
#include "strata/describe/enumeration.h"
#include "strata/wings/operations/backup_creation.h"
#include "strata/wings/operations/backup_deletion.h"
#include "strata/wings/operations/backup_restore.h"
#include "strata/wings/operations/backup_verification.h"
#include "strata/wings/operations/reports.h"
#include "strata/wings/operations/restore_undo.h"

namespace strata::wings {
namespace {

using wire::OperationKind;

/// A journal that cannot be written (full disk) is tried again this often before the result is given up: the next start
/// then settles the operation from what is on disk.
constexpr int kSaveAttempts = 60;
constexpr std::chrono::seconds kBetweenSaves{5};

/// The daemon ends: not somebody's wish for this operation. True when the next start continues it better than a report
/// of failure would.
bool is_left_for_next_start(const JournalOperation& operation, const Job& job, const Error& error) {
  if (error.kind() != ErrorKind::kCancelled || job.cancelled()) return false;
  return operation.kind == OperationKind::kDelete || operation.phase != phases::kQueued;
}

std::string_view noun_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::kCreate:
      return "backup";
    case OperationKind::kRestore:
      return "restore";
    case OperationKind::kUndo:
      return "undo";
    case OperationKind::kDelete:
      return "deletion";
    case OperationKind::kVerify:
      return "verification";
  }
  return "operation";
}

Error reason_of(const JournalOperation& operation, const Job& job, const Error& error) {
  if (error.kind() != ErrorKind::kCancelled) return error;
  if (job.cancelled()) return Error(ErrorKind::kCancelled, "cancelled");
  return Error(ErrorKind::kUnavailable, fmt::format("the node was stopped during the {}", noun_of(operation.kind)));
}

}  // namespace

OperationRunner::OperationRunner(const OperationParts& parts, std::function<void()> on_result)
    : parts_(parts), on_result_(std::move(on_result)) {}

void OperationRunner::queue(const JournalOperation& operation) {
  JobRequest request;
  request.operation = operation.id;
  request.kind = operation.kind;
  request.backup = operation.backup;
  request.server = operation.server;
  request.fence = operation.fence;
  request.is_light = operation.kind == OperationKind::kDelete;
  request.run = [this, operation](Job& job) { run(operation, job); };
  try {
    parts_.jobs.submit(std::move(request));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUnavailable) throw;
    end(operation, failed(operation, error, false));
  }
}

bool OperationRunner::queue_and_wait(const JournalOperation& operation, std::chrono::milliseconds patience) {
  {
    const std::lock_guard lock(mutex_);
    waiters_.emplace(operation.id, Waiter{});
  }
  queue(operation);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return waiters_.at(operation.id).is_over; });
  const auto waiter = waiters_.extract(operation.id).mapped();
  if (waiter.error) throw *waiter.error;
  return waiter.is_over;
}

void OperationRunner::run(const JournalOperation& operation, Job& job) {
  try {
    const auto outcome = outcome_of(operation, job);
    std::optional<std::string> words;
    if (outcome.error) words = outcome.error->message();
    // First: whoever hears of the result may send the next command for the same server at once.
    job.finish(outcome.phase, outcome.report, std::move(words));
    end_durably(operation, outcome, job);
  } catch (const Error& error) {
    parts_.log.warning("an operation is left for the next start of the node",
                       {{"operation", operation.id.text()}, {"reason", error.message()}});
    job.finish(phases::kFailed, nullptr, error.message());
  }
}

Outcome OperationRunner::outcome_of(const JournalOperation& operation, Job& job) {
  try {
    throw_if_stopped(job.stop());
    return carry_out(operation, job);
  } catch (const Error& error) {
    if (is_left_for_next_start(operation, job, error)) throw;
    return failed(operation, reason_of(operation, job, error),
                  error.kind() == ErrorKind::kCancelled && job.cancelled());
  } catch (const std::exception& defect) {
    parts_.log.error("an operation failed in an unexpected way",
                     {{"operation", operation.id.text()}, {"reason", defect.what()}});
    return failed(operation, Error(ErrorKind::kInternal, "internal error: see the log of the node"), false);
  }
}

Outcome OperationRunner::carry_out(const JournalOperation& operation, Job& job) {
  // Anything but "queued" here was interrupted by a restart: see the truth instead of starting over.
  const bool is_fresh = operation.phase == phases::kQueued;
  switch (operation.kind) {
    case OperationKind::kCreate:
      return is_fresh ? create_backup(parts_, operation, job) : settle_creation(parts_, operation, job);
    case OperationKind::kRestore:
      return is_fresh ? restore_backup(parts_, operation, job) : settle_restore(parts_, operation, job);
    case OperationKind::kUndo:
      return is_fresh ? undo_restore(parts_, operation, job) : settle_undo(parts_, operation, job);
    case OperationKind::kDelete:
      return delete_backup(parts_, operation, job);
    case OperationKind::kVerify:
      if (is_fresh) return verify_backup(parts_, operation, job);
      throw Error(ErrorKind::kUnavailable, "the node was restarted during the verification");
  }
  throw Error(ErrorKind::kInternal, "an operation of an unknown kind");
}

void OperationRunner::end(const JournalOperation& operation, const Outcome& outcome) {
  bool is_owed = true;
  {
    const std::lock_guard lock(mutex_);
    const auto waiter = waiters_.find(operation.id);
    is_owed = waiter == waiters_.end();
    parts_.journal.finish(operation.id, outcome.phase, outcome.report, !is_owed);
    if (!is_owed) waiter->second = {.is_over = true, .error = outcome.error};
    changed_.notify_all();
  }
  const std::vector<LogField> fields{{"operation", operation.id.text()},
                                     {"kind", std::string(describe::text_of(operation.kind))},
                                     {"backup", operation.backup ? operation.backup->text() : std::string()},
                                     {"result", std::string(outcome.phase)}};
  if (outcome.error) {
    parts_.log.warning("an operation did not succeed: " + outcome.error->message(), fields);
  } else {
    parts_.log.info("an operation is done", fields);
  }
  if (is_owed) on_result_();
}

void OperationRunner::end_durably(const JournalOperation& operation, const Outcome& outcome, Job& job) {
  for (int attempt = 1;; ++attempt) {
    try {
      return end(operation, outcome);
    } catch (const Error& error) {
      parts_.log.error("the result of an operation cannot be written to the journal",
                       {{"operation", operation.id.text()}, {"reason", error.message()}});
      if (attempt == kSaveAttempts || (job.stop().stop_requested() && !job.cancelled())) throw;
    }
    std::mutex mutex;
    std::condition_variable_any pause;
    std::unique_lock lock(mutex);
    pause.wait_for(lock, job.stop(), kBetweenSaves, [] { return false; });
  }
}

}  // namespace strata::wings
