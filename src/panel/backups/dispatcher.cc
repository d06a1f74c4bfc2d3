#include "strata/panel/backups/dispatcher.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/backups/outcomes.h"

namespace strata::panel {
namespace {

/// A claim lasts longer than any single call to a node.
constexpr std::chrono::seconds kLease{90};
/// A deletion whose report does not come is asked for again: the answer "not there" ends it.
constexpr std::chrono::seconds kDeletionPatience{60};
constexpr std::size_t kBatch = 64;

/// 1, 2, 4 … 60 s, with jitter so that a returning node is not met by all at once.
std::chrono::microseconds backoff(std::int64_t attempt) {
  const double seconds = std::min(60.0, static_cast<double>(1ULL << std::min<std::int64_t>(attempt, 6)));
  return std::chrono::microseconds{static_cast<std::int64_t>(seconds * (0.7 + 0.6 * random_fraction()) * 1e6)};
}

bool is_unanswered(const Error& error) {
  return error.kind() == ErrorKind::kUnavailable || error.kind() == ErrorKind::kTimeout;
}

template <class T>
T command_of(const OperationRecord& operation) {
  return describe::parse<T>(operation.command, 4_MiB);
}

}  // namespace

Dispatcher::Dispatcher(const Foundation& foundation, const NodeCredentials& credentials, Outcomes& outcomes,
                       std::function<void()> wake)
    : foundation_(foundation), credentials_(credentials), outcomes_(outcomes), wake_(std::move(wake)) {}

NodeAddress Dispatcher::address_of(NodeId node) const {
  auto reader = foundation_.database.reader();
  return credentials_.address(reader, node);
}

void Dispatcher::run_due(const std::stop_token& stop) {
  std::set<NodeId> silent;
  while (!stop.stop_requested()) {
    const auto due = database::with_transaction(foundation_.database, [&](database::Connection& connection) {
      return OperationRepository(connection).claim_due(foundation_.clock.now(), kLease, kBatch);
    });
    for (const auto& operation : due) {
      if (stop.stop_requested()) return;
      if (silent.contains(operation.node)) {
        // Its node did not answer a moment ago: not asked again in this turn.
        auto writer = foundation_.database.writer();
        OperationRepository(writer).postpone(operation.uuid, foundation_.clock.now() + backoff(operation.attempt),
                                             operation.error);
        continue;
      }
      try {
        send(operation);
      } catch (const Error& error) {
        if (!is_unanswered(error)) continue;  // ended with this refusal
        silent.insert(operation.node);
      }
    }
    if (due.size() < kBatch) return;
  }
}

void Dispatcher::send_now(const OperationRecord& operation) {
  try {
    send(operation);
  } catch (const Error& error) {
    if (!is_unanswered(error)) throw;
    wake_();
  }
}

void Dispatcher::send(const OperationRecord& operation) {
  try {
    if (operation.cancel_requested && operation.state == OperationState::kPending) {
      // Whether an earlier sending arrived is not known: the node's answer to the cancellation tells.
      cancel(operation);
    } else {
      deliver(operation);
    }
  } catch (const Error& error) {
    if (is_unanswered(error) && foundation_.clock.now() - operation.created < kGiveUp) {
      auto writer = foundation_.database.writer();
      OperationRepository(writer).postpone(operation.uuid, foundation_.clock.now() + backoff(operation.attempt),
                                           error.message());
      throw;
    }
    foundation_.log.warning(
        "the node refused a command",
        {{"operation", operation.uuid.text()}, {"node", operation.node.text()}, {"reason", error.message()}});
    outcomes_.refused(operation, is_unanswered(error) ? "the node could not be reached for 24 hours: " + error.message()
                                                      : error.message());
    throw;
  }
}

void Dispatcher::deliver(const OperationRecord& operation) {
  const CommandStamp stamp{.operation = operation.uuid, .fence = operation.fence};
  const NodeAddress node = address_of(operation.node);
  auto& nodes = foundation_.nodes;
  std::optional<Timestamp> again;
  switch (operation.kind) {
    case wire::OperationKind::kCreate:
      nodes.create_backup(node, operation.server.value(), command_of<wire::CreateBackupCommand>(operation), stamp);
      break;
    case wire::OperationKind::kRestore:
      nodes.restore_backup(node, operation.server.value(), operation.backup.value(),
                           command_of<wire::RestoreBackupCommand>(operation), stamp);
      break;
    case wire::OperationKind::kUndo:
      nodes.undo_restore(node, operation.server.value(), command_of<wire::UndoRestoreCommand>(operation), stamp);
      break;
    case wire::OperationKind::kVerify:
      nodes.verify_backup(node, operation.backup.value(), command_of<wire::VerifyBackupCommand>(operation), stamp);
      break;
    case wire::OperationKind::kDelete:
      if (nodes.delete_backup(node, operation.backup.value(), command_of<wire::DeleteBackupCommand>(operation),
                              stamp) != DeletionAnswer::kWillReport) {
        outcomes_.deleted(operation.uuid);
        return;
      }
      again = foundation_.clock.now() + kDeletionPatience;
      break;
  }
  // Cancelled while the command was on its way, when the node did not know it yet.
  if (!outcomes_.accepted(operation, again)) cancel_on_node(operation);
}

void Dispatcher::cancel_now(const OperationRecord& operation) {
  try {
    cancel(operation);
  } catch (const Error& error) {
    if (!is_unanswered(error) || operation.state != OperationState::kPending) throw;
    wake_();
  }
}

void Dispatcher::cancel(const OperationRecord& operation) {
  // The node does not run it. If it never took it, this is the end; if it has finished, its report is on the way.
  if (!cancel_on_node(operation) && operation.state == OperationState::kPending) {
    outcomes_.cancelled_before_start(operation);
  }
}

bool Dispatcher::cancel_on_node(const OperationRecord& operation) {
  try {
    foundation_.nodes.cancel(address_of(operation.node), operation.uuid);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return false;
  }
}

void Dispatcher::give_up_silent_nodes() {
  const auto owed = [&] {
    auto reader = foundation_.database.reader();
    return OperationRepository(reader).owed_by_silent_nodes(foundation_.clock.now() - kGiveUp);
  }();
  for (const auto& operation : owed) outcomes_.lost(operation, "its node has not been heard of for 24 hours");
}

}  // namespace strata::panel
