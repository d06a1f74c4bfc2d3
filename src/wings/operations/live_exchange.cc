#include "strata/wings/operations/live_exchange.h"

#include "strata/base/cancel.h"
#include "strata/tree/swap.h"

namespace strata::wings {
namespace {

/// Processes of a server that was stopped a moment ago may still be on their way out.
constexpr std::chrono::seconds kPatienceAfterStop{5};

}  // namespace

LiveExchange::LiveExchange(const OperationParts& parts, const tree::LiveRoot& root, Runtime& runtime, Job& job,
                           tree::Warnings& warnings)
    : parts_(parts),
      root_(root),
      job_(job),
      warnings_(warnings),
      hold_(runtime, parts.journal, job.request().operation) {}

void LiveExchange::run(bool force, const std::function<void()>& swap, const std::function<bool()>& happened) {
  enter(parts_.journal, job_, phases::kStop);
  try {
    hold_.stop(job_.stop());
    if (!force) require_nobody_inside(root_.open(), kPatienceAfterStop, job_.stop());
    throw_if_stopped(job_.stop());
    enter(parts_.journal, job_, phases::kSwap);
    swap_or_recover(swap, happened);
  } catch (const Error&) {
    start_again();
    throw;
  }
  // The exchange has happened: from here on nothing may make it look as if it had not.
  try {
    enter(parts_.journal, job_, phases::kFinish);
  } catch (const Error& error) {
    parts_.log.warning("the journal does not take a phase", {{"reason", error.message()}});
  }
  start_again();
}

void LiveExchange::swap_or_recover(const std::function<void()>& swap, const std::function<bool()>& happened) {
  try {
    swap();
  } catch (const Error& failure) {
    if (!recover(failure, happened)) throw;
    parts_.log.warning("an exchange of files failed half-way and was finished by recovery",
                       {{"operation", job_.request().operation.text()}, {"reason", failure.message()}});
  }
}

bool LiveExchange::recover(const Error& failure, const std::function<bool()>& happened) {
  try {
    tree::recover_swaps(root_, parts_.privileged, warnings_);
    return happened();
  } catch (const Error& broken) {
    hold_.keep_stopped();
    throw Error(broken.kind(), failure.message() + "; and the way back failed: " + broken.message() +
                                   ". The server stays stopped until somebody has looked at its files");
  }
}

void LiveExchange::start_again() {
  if (const auto problem = hold_.start_again()) {
    warnings_.add("", *problem);
    parts_.log.warning("a server did not start after its files were exchanged",
                       {{"operation", job_.request().operation.text()}, {"reason", *problem}});
  }
}

std::optional<tree::Undo> find_undo(const tree::LiveRoot& root, OperationId restore) {
  for (const auto& undo : tree::list_undos(root)) {
    if (undo.operation == restore) return undo;
  }
  return std::nullopt;
}

std::optional<Timestamp> undo_expiry(const OperationParts& parts, const tree::LiveRoot& root, OperationId restore) {
  try {
    const auto undo = find_undo(root, restore);
    if (undo) return undo->expires;
  } catch (const Error& error) {
    parts.log.warning("the undo area of a restore cannot be read",
                      {{"restore", restore.text()}, {"reason", error.message()}});
  }
  return std::nullopt;
}

void start_after_restart(const OperationParts& parts, const JournalOperation& operation,
                         const wire::RemoteServerSettings& server, tree::Warnings& warnings) {
  if (!was_running_before(operation)) return;
  try {
    parts.runtimes.runtime_of(server)->start();
  } catch (const Error& error) {
    warnings.add("", "the server could not be started again: " + error.message());
    parts.log.warning("a server did not start after its interrupted operation",
                      {{"operation", operation.id.text()}, {"reason", error.message()}});
  }
}

bool can_be_emptied(Runtime& runtime) {
  return runtime.controls() && runtime.state() != PowerState::kOffline;
}

}  // namespace strata::wings
