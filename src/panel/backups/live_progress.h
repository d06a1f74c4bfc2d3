#pragma once

#include <map>
#include <mutex>
#include <optional>
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

  /// A heartbeat of a node. Older words about an operation (by sequence) are dropped; operations of this node that it
  /// does not name any more are forgotten.
  void update(NodeId node, const std::vector<wire::OperationStatus>& operations, Timestamp now);
  void forget(OperationId operation);
  std::optional<wire::BackupProgress> find(OperationId operation) const;

 private:
  struct Known {
    NodeId node;
    wire::OperationStatus status;
    Timestamp heard;
  };
  mutable std::mutex mutex_;
  std::map<OperationId, Known> known_;
};

}  // namespace strata::panel
