#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// As the reference names them (spec/wings 2.5): "offline", "starting", "stopping", "running".
enum class PowerState { kOffline, kStarting, kStopping, kRunning };
std::string_view to_string(PowerState state);

/// What a hook is told, as environment variables: STRATA_SERVER, STRATA_BACKUP, STRATA_OPERATION, and for
/// `after_backup` STRATA_RESULT ("completed", "failed" or "cancelled").
struct HookContext {
  ServerId server;
  BackupId backup;
  OperationId operation;
  std::string result;
};

/// How one server is run: none, a systemd unit, a docker container or a command (design 4). All methods block; any
/// thread, but one at a time per server, which the job queue sees to.
class Runtime {
 public:
  virtual ~Runtime() = default;

  /// False for `none`: stop() and start() then do nothing and state() is always kOffline.
  virtual bool controls() const = 0;

  virtual PowerState state() = 0;

  /// Asks the server to end, waits up to the runtime's own `stop_timeout`, then kills it. Offline already is success.
  /// Returns when nothing of it runs any more; kTimeout when even the kill did not end it, kUnavailable when the
  /// manager (systemd, docker) cannot be reached, kCancelled when `stop` was requested while waiting (the server may
  /// then still be stopping).
  virtual void stop(std::stop_token stop) = 0;

  /// Starts it and returns when the manager accepted that. Running already is success.
  virtual void start() = 0;

  /// The hooks of the runtime's declaration; without one they do nothing. A failing exit code is kRefused with the end
  /// of its standard error; kTimeout, kCancelled.
  virtual void before_backup(const HookContext& context, std::stop_token stop) = 0;
  virtual void after_backup(const HookContext& context) = 0;
};

/// Finds the runtime of a server. Any thread.
class Runtimes {
 public:
  virtual ~Runtimes() = default;

  /// kRefused when `settings.runtime` names a kind or name that this node's configuration does not declare. Without
  /// `settings.runtime`: `none`.
  virtual std::shared_ptr<Runtime> runtime_of(const wire::RemoteServerSettings& server) = 0;
};

}  // namespace strata::wings
