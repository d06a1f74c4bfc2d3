#include "strata/wings/operations/restore_undo.h"

#include <chrono>

#include <boost/json.hpp>

#include "strata/describe/json.h"
#include "strata/wings/operations/live_exchange.h"
#include "strata/wings/operations/reports.h"

namespace strata::wings {
namespace {

/// Member of the payload beside the command: which tree the undo area held at first. Afterwards it holds the other one.
constexpr std::string_view kHeldRestored = "held_restored";

bool happened(const tree::LiveRoot& root, const JournalOperation& operation, OperationId restore) {
  const auto undo = find_undo(root, restore);
  return undo && undo->holds_restored != operation.payload.at(kHeldRestored).as_bool();
}

}  // namespace

tree::Undo choose_undo(const OperationParts& parts, const wire::RemoteServerSettings& server,
                       std::optional<OperationId> restore) {
  for (const auto& undo : tree::list_undos(parts.volumes.live_root(server))) {  // newest first
    const bool is_meant = !restore || undo.operation == *restore;
    if (is_meant && undo.expires > parts.clock.now()) return undo;
  }
  throw Error(ErrorKind::kNotFound, restore
                                        ? "this restore cannot be undone any more: what it replaced is gone"
                                        : "there is no restore to undo: what was replaced is kept for a limited time");
}

boost::json::value check_undo(const OperationParts& parts, const wire::RemoteServerSettings& server,
                              const wire::UndoRestoreCommand& command) {
  const auto undo = choose_undo(parts, server, command.operation);
  if (!command.force && !can_be_emptied(*parts.runtimes.runtime_of(server))) {
    require_nobody_inside(parts.volumes.open(server), std::chrono::milliseconds{0}, {});
  }
  auto payload = describe::to_json(wire::UndoRestoreCommand{.operation = undo.operation, .force = command.force});
  payload.get_object()[kHeldRestored] = undo.holds_restored;
  return payload;
}

Outcome undo_restore(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::UndoRestoreCommand>(operation.payload);
  const auto server = parts.servers.get(operation.server.value());
  const auto restore = choose_undo(parts, *server, command.operation).operation;
  const auto root = parts.volumes.live_root(*server);
  const auto runtime = parts.runtimes.runtime_of(*server);
  tree::Warnings warnings;
  LiveExchange(parts, root, *runtime, job, warnings)
      .run(
          command.force, [&] { tree::undo_swap(root, restore, parts.clock.now(), parts.privileged, warnings); },
          [&] { return happened(root, operation, restore); });
  return completed(operation, wire::UndoReport{.undo_until = undo_expiry(parts, root, restore)});
}

Outcome settle_undo(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::UndoRestoreCommand>(operation.payload);
  const auto server = parts.servers.get(operation.server.value());
  const auto root = parts.volumes.live_root(*server);
  tree::Warnings warnings;
  const bool is_done = happened(root, operation, command.operation.value());
  job.set_phase(phases::kFinish);
  start_after_restart(parts, operation, *server, warnings);
  if (!is_done) {
    throw Error(ErrorKind::kUnavailable, "the node was restarted during the undo: the server's files are as before");
  }
  return completed(operation, wire::UndoReport{.undo_until = undo_expiry(parts, root, command.operation.value())});
}

}  // namespace strata::wings
