#pragma once

#include <optional>
#include <string>
#include <vector>

#include "strata/database/database.h"
#include "strata/wire/backups.h"
#include "strata/wire/node_api.h"

namespace strata::panel {

/// How far the Panel's side of an operation is.
enum class OperationState {
  kPending,   ///< the node has not said that it has it: sent again until it does
  kAccepted,  ///< the node has it durably; its report will come
  kSucceeded,
  kFailed,
  kCancelled,
  kLost,  ///< the node came back without it
};

/// A row of `operations`: a command to a node, from its decision to its result.
struct OperationRecord {
  OperationId uuid;
  wire::OperationKind kind = wire::OperationKind::kCreate;
  std::optional<BackupId> backup;
  std::optional<ServerId> server;
  NodeId node;
  std::optional<UserId> requested_by;
  std::uint64_t fence = 0;
  std::int64_t attempt = 0;
  OperationState state = OperationState::kPending;
  std::string command;  ///< the wire command as JSON
  std::optional<std::string> error;
  bool cancel_requested = false;
  std::optional<std::string> result_digest;
  std::uint64_t warnings_count = 0;
  std::vector<wire::PathWarning> warnings;
  std::optional<Timestamp> next_attempt;
  std::optional<Timestamp> finished;
  Timestamp created;

  bool ended() const { return finished.has_value(); }
};

/// The `operations` table, seen through a connection (see ServerRepository).
class OperationRepository {
 public:
  explicit OperationRepository(database::Connection& connection) : connection_(connection) {}

  void insert(const OperationRecord& operation);
  std::optional<OperationRecord> find(OperationId id);
  /// The newest of these kinds for a server.
  std::optional<OperationRecord> newest_of_server(ServerId server, const std::vector<wire::OperationKind>& kinds);
  /// The unfinished one of a backup, of any kind: the newest.
  std::optional<OperationRecord> unfinished_of_backup(BackupId backup);
  std::vector<OperationRecord> unfinished_of_node(NodeId node);

  /// Claims up to `limit` operations whose next attempt is due, for `lease`: no other Panel sends them meanwhile.
  std::vector<OperationRecord> claim_due(Timestamp now, std::chrono::seconds lease, std::size_t limit);
  /// When to try again, and one more attempt counted.
  void postpone(OperationId id, Timestamp next_attempt, const std::optional<std::string>& error);
  /// The node has it. `next_attempt` asks again later when no report came (deletions).
  void mark_accepted(OperationId id, std::optional<Timestamp> next_attempt);
  void request_cancel(OperationId id);

  /// What nodes that have said nothing since `before` took over before then, and still owe a result; deletions are
  /// asked for again anyway. At most 1,000.
  std::vector<OperationRecord> owed_by_silent_nodes(Timestamp before);

  /// The end; false (nothing changed) when it has ended already, except that a lost one may still succeed.
  bool finish(OperationId id, OperationState state, Timestamp now, const std::optional<std::string>& error,
              const std::optional<std::string>& digest, std::uint64_t warnings_count = 0,
              const std::vector<wire::PathWarning>& warnings = {});

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
