#include "strata/panel/backups/live_progress.h"

#include <algorithm>
#include <set>

namespace strata::panel {
namespace {

bool is_older(const wire::OperationStatus& said, const wire::OperationStatus& known) {
  if (said.started != known.started) return said.started < known.started;
  return said.sequence < known.sequence;
}

}  // namespace

void LiveProgress::update(NodeId node, const std::vector<wire::OperationStatus>& operations, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::set<OperationId> named;
  for (const auto& status : operations) {
    named.insert(status.operation);
    const auto found = known_.find({node, status.operation});
    if (found != known_.end() && is_older(status, found->second.status)) continue;
    known_.insert_or_assign({node, status.operation}, Known{status, now});
  }
  std::erase_if(known_, [&](const auto& item) {
    const auto& [of_node, operation] = item.first;
    return of_node == node && !named.contains(operation);
  });
  while (known_.size() > kMaximum) {
    known_.erase(std::min_element(known_.begin(), known_.end(),
                                  [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; }));
  }
}

void LiveProgress::forget(NodeId node, OperationId operation) {
  const std::lock_guard lock(mutex_);
  known_.erase({node, operation});
}

std::optional<wire::BackupProgress> LiveProgress::find(NodeId node, OperationId operation) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find({node, operation});
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

wire::BackupProgress LiveProgress::of(NodeId node, OperationId operation, wire::OperationKind kind,
                                      Timestamp since) const {
  if (auto known = find(node, operation)) return *std::move(known);
  return {.kind = kind, .phase = "queued", .started = since, .updated = since};
}

}  // namespace strata::panel
