#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "strata/vfs/directory.h"
#include "strata/wings/operations/outcome.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// Refuses while a process has its working directory, its root or an open file beneath `root`: kConflict naming pid and
/// command. Processes that are just ending are waited for up to `patience`.
void require_nobody_inside(const vfs::Directory& root, std::chrono::milliseconds patience, const std::stop_token& stop);

/// Keeps a server stopped while its files are exchanged, and starts it again when it was running before. That it was is
/// noted in the journal before it is stopped, so that a restart of the daemon knows it too. One thread.
class ServerHold {
 public:
  ServerHold(Runtime& runtime, Journal& journal, OperationId operation) noexcept
      : runtime_(runtime), journal_(journal), operation_(operation) {}

  /// Phase "stop". Errors of Runtime::stop().
  void stop(std::stop_token stop);

  /// When it was running before stop(); else nothing. Answers why it could not be started: the files are in place all
  /// the same.
  std::optional<std::string> start_again();

  /// The files may be half old, half new: nobody may start on them.
  void keep_stopped() { was_running_ = false; }

 private:
  Runtime& runtime_;
  Journal& journal_;
  OperationId operation_;
  bool was_running_ = false;
};

/// True when ServerHold noted that the server was running.
bool was_running_before(const JournalOperation& operation);

}  // namespace strata::wings
