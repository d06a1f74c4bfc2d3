#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "strata/panel/backups/operation_repository.h"
#include "strata/panel/foundation.h"
#include "strata/panel/nodes/node_credentials.h"

namespace strata::panel {

class Outcomes;

/// Brings committed commands to the nodes: sends each until the node answers, with the same operation id and fence, so
/// that a node runs it once. A refusal ends the operation with the node's words. Any thread.
class Dispatcher {
 public:
  /// How long a node may be silent before a command that it never took is given up (spec/reliability 3.11).
  static constexpr std::chrono::hours kGiveUp{24};

  /// `wake` makes run_due() run soon.
  Dispatcher(const Foundation& foundation, const NodeCredentials& credentials, Outcomes& outcomes,
             std::function<void()> wake);

  void wake() const { wake_(); }

  /// The duty: sends what is due. An unreachable node holds up only its own operations, until the next turn.
  void run_due(const std::stop_token& stop);

  /// Sends one operation now, on this thread. Throws the node's refusal after the operation was ended with it; an
  /// unreachable node is not an error: the operation stays pending.
  void send_now(const OperationRecord& operation);

  /// Asks the node to stop an operation, on this thread. One that the node never got ends here; while the node does not
  /// answer, one that it may not have got stays pending, to be cancelled when it answers.
  void cancel_now(const OperationRecord& operation);

  /// The duty: what a node took over and owes for kGiveUp without a sign of life is lost.
  void give_up_silent_nodes();

 private:
  void send(const OperationRecord& operation);
  /// The node's answer to the command, told to the outcomes.
  void deliver(const OperationRecord& operation);
  void cancel(const OperationRecord& operation);
  /// False when the node does not run it.
  bool cancel_on_node(const OperationRecord& operation);
  NodeAddress address_of(NodeId node) const;
  const Foundation& foundation_;
  const NodeCredentials& credentials_;
  Outcomes& outcomes_;
  std::function<void()> wake_;
};

}  // namespace strata::panel
