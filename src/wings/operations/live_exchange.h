#pragma once

#include <functional>
#include <optional>

#include "strata/tree/live_root.h"
#include "strata/tree/undo.h"
#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"
#include "strata/wings/operations/server_hold.h"

namespace strata::wings {

/// The part that a restore and its undo share: the server is held stopped, nobody is inside, the files are exchanged,
/// and it runs again. One thread.
class LiveExchange {
 public:
  /// All references outlive this.
  LiveExchange(const OperationParts& parts, const tree::LiveRoot& root, Runtime& runtime, Job& job,
               tree::Warnings& warnings);

  /// Phases "stop" and "swap"; `swap` is swap_in() or undo_swap(). Before the swap everything can be cancelled, after
  /// it nothing. When the swap throws, recovery settles the root and `happened` says what came of it: an exchange that
  /// recovery finished is a success. An Error from here means that the old files are live, unless the message says that
  /// they are in between; the server runs again if it did before and its files are whole.
  void run(bool force, const std::function<void()>& swap, const std::function<bool()>& happened);

 private:
  void swap_or_recover(const std::function<void()>& swap, const std::function<bool()>& happened);
  bool recover(const Error& failure, const std::function<bool()>& happened);
  void start_again();

  const OperationParts& parts_;
  const tree::LiveRoot& root_;
  Job& job_;
  tree::Warnings& warnings_;
  ServerHold hold_;
};

/// The undo area of a restore; nullopt when there is none, which means that the restore did not happen (or long ago).
std::optional<tree::Undo> find_undo(const tree::LiveRoot& root, OperationId restore);

/// Until when a restore that happened can be undone; nullopt also when that cannot be found out, because then the
/// restore has happened all the same.
std::optional<Timestamp> undo_expiry(const OperationParts& parts, const tree::LiveRoot& root, OperationId restore);

/// After a restart of the daemon, when the swaps of the root were recovered: starts the server if the operation had
/// stopped it. What fails becomes a warning.
void start_after_restart(const OperationParts& parts, const JournalOperation& operation,
                         const wire::RemoteServerSettings& server, tree::Warnings& warnings);

/// True when the server runs and we can stop it: then processes inside its files are no reason to refuse yet.
bool can_be_emptied(Runtime& runtime);

}  // namespace strata::wings
