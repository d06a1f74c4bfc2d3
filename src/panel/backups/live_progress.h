#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "strata/base/time.h"
#include "strata/wire/backups.h"
#include "strata/wire/node_api.h"

namespace strata::panel {

/// What nodes last said about their running operations, in memory: heartbeats come twice a second, too often for the
/// database. At most kMaximum operations; the ones heard of longest ago make room. Any thread.
class LiveProgress {
 public:
  static constexpr std::size_t kMaximum = 10'000;

  /// A heartbeat of a node. Older words about an operation are dropped (by sequence, which begins anew when the node
  /// restarts and starts the operation again); operations of this node that it does not name any more are forgotten.
  void update(NodeId node, const std::vector<wire::OperationStatus>& operations, Timestamp now);
  void forget(NodeId node, OperationId operation);
  /// What this node said: another cannot speak about its operations.
  std::optional<wire::BackupProgress> find(NodeId node, OperationId operation) const;
  /// The same of an operation that has not ended, begun at `since`: until its node's first word it is queued.
  wire::BackupProgress of(NodeId node, OperationId operation, wire::OperationKind kind, Timestamp since) const;

 private:
  struct Known {
    wire::OperationStatus status;
    Timestamp heard;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<NodeId, OperationId>, Known> known_;
};

}  // namespace strata::panel
