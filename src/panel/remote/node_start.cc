#include "strata/panel/remote/node_start.h"

#include <set>

#include "strata/database/transaction.h"
#include "strata/panel/nodes/node_repository.h"

namespace strata::panel {
namespace {

/// A row write for each of two heartbeats a second would be waste: the list shows minutes.
constexpr std::chrono::seconds kNoteEvery{10};

}  // namespace

void settle_node_start(const Foundation& foundation, Outcomes& outcomes, NodeId node,
                       const wire::ResetRequest& request) {
  std::set<OperationId> known;
  for (const auto& operation : request.operations) known.insert(operation.operation);
  const auto unfinished = [&] {
    auto reader = foundation.database.reader();
    return OperationRepository(reader).unfinished_of_node(node);
  }();
  for (const auto& operation : unfinished) {
    if (known.contains(operation.uuid)) {
      // The answer to our command may have been lost with the restart: now it is certain that the node has it.
      if (operation.state == OperationState::kPending) outcomes.accepted(operation, std::nullopt);
    } else if (operation.state == OperationState::kAccepted) {
      foundation.log.warning("the node restarted without an operation it had accepted",
                             {{"operation", operation.uuid.text()}, {"node", node.text()}});
      outcomes.lost(operation, "the node restarted and does not know of it any more");
    }
  }
  auto writer = foundation.database.writer();
  NodeRepository(writer).note_heartbeat(node, request.boot, foundation.clock.now());
}

void note_heartbeat(const Foundation& foundation, LiveProgress& progress, NodeId node,
                    const wire::Heartbeat& heartbeat) {
  const Timestamp now = foundation.clock.now();
  progress.update(node, heartbeat.operations, now);
  const auto record = [&] {
    auto reader = foundation.database.reader();
    return NodeRepository(reader).get(node);
  }();
  if (record.boot == heartbeat.boot && record.last_seen && now - *record.last_seen < kNoteEvery) return;
  auto writer = foundation.database.writer();
  NodeRepository(writer).note_heartbeat(node, heartbeat.boot, now);
}

}  // namespace strata::panel
