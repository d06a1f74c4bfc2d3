#include "strata/panel/backups/live_progress.h"

#include <algorithm>
#include <set>

namespace strata::panel {

void LiveProgress::update(NodeId node, const std::vector<wire::OperationStatus>& operations, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::set<OperationId> named;
  for (const auto& status : operations) {
    named.insert(status.operation);
    const auto found = known_.find(status.operation);
    if (found != known_.end() && found->second.status.sequence > status.sequence) continue;
    known_[status.operation] = {node, status, now};
  }
  std::erase_if(known_, [&](const auto& item) { return item.second.node == node && !named.contains(item.first); });
  while (known_.size() > kMaximum) {
    known_.erase(std::min_element(known_.begin(), known_.end(),
                                  [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; }));
  }
}

void LiveProgress::forget(OperationId operation) {
  const std::lock_guard lock(mutex_);
  known_.erase(operation);
}

std::optional<wire::BackupProgress> LiveProgress::find(OperationId operation) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(operation);
  if (found == known_.end()) return std::nullopt;
  const auto& status = found->second.status;
  return wire::BackupProgress{.kind = status.kind,
                              .phase = status.phase,
                              .bytes = status.bytes,
                              .total_bytes = status.total_bytes,
                              .files = status.files,
                              .total_files = status.total_files,
                              .started = status.started,
                              .updated = found->second.heard};
}

}  // namespace strata::panel
