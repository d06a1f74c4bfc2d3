#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/crypto/node_keys.h"
#include "strata/http/client.h"
#include "strata/vfs/kernel.h"
#include "strata/vfs/privileged.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wings/jobs/job_queue.h"
#include "strata/wings/operations/operations.h"
#include "strata/wings/panel/outbox.h"
#include "strata/wings/runtime/runtime.h"
#include "strata/wings/servers/server_registry.h"
#include "strata/wings/volumes/volumes.h"

namespace strata::wings {

/// What the machine provides. Everything outlives the daemon.
struct Machine {
  vfs::Kernel& kernel;
  vfs::Privileged& privileged;
  const Clock& clock;
  Log& log;
};

/// The rooms of the daemon that differ between a node and a test.
struct WingsRooms {
  std::unique_ptr<Volumes> volumes;
  std::unique_ptr<Runtimes> runtimes;
  DiskSet disks;
};
using MakeRooms = std::function<WingsRooms(const ConfigurationStore&, const Machine&)>;

struct WingsOptions {
  http::ClientOptions panel_client;
  OutboxOptions outbox;
  std::chrono::milliseconds heartbeat_running{500};
  std::chrono::milliseconds heartbeat_idle{10'000};
  std::chrono::milliseconds first_reconnect{1000};  ///< doubled up to a minute while the Panel is away at the start
  std::chrono::milliseconds housekeeping{std::chrono::minutes{10}};
  JobQueueOptions jobs;  ///< `parallel_jobs` is taken from the configuration
};

/// The node daemon without its network face (api/ mounts that on a router). One start per object; any thread may use
/// what the accessors give from the end of start() to the end of this object; before that they throw kUnavailable (so
/// that an API which is mounted early answers 503).
///
/// Start (spec/wings 16.9): lock of the state directory → journal → interrupted restores are finished or rolled back →
/// disks recover → unfinished operations are settled or taken up again → the Panel is told (`servers/reset` with
/// operations) → its servers are listed → their directories are there → connected. When the Panel is away all local
/// steps are done all the same, what is known of the servers is served, and the last three steps are tried until they
/// work.
class Wings {
 public:
  /// `configuration` outlives this.
  Wings(ConfigurationStore& configuration, Machine machine, MakeRooms make_rooms, WingsOptions options = {});
  ~Wings();  // as stop() without grace
  Wings(const Wings&) = delete;
  Wings& operator=(const Wings&) = delete;

  /// Returns when the local steps are done. kConflict when another daemon uses the state directory; kInvalid and kIo
  /// when directories cannot be used.
  void start();

  /// Waits until the Panel has been told and its servers are known; false after `timeout`.
  bool wait_until_connected(std::chrono::milliseconds timeout) const;
  bool is_connected() const;

  /// Running jobs may finish for `grace`, then they are cancelled; what they did not report yet is reported at the next
  /// start. Idempotent.
  void stop(std::chrono::milliseconds grace);

  BootId boot() const;
  const crypto::NodeKeys& keys() const;
  const Machine& machine() const;
  ConfigurationStore& configuration();
  Journal& journal();
  JobQueue& jobs();
  Operations& operations();
  ServerRegistry& servers();
  Volumes& volumes();
  Runtimes& runtimes();
  const DiskSet& disks() const;
  Outbox& outbox();

  /// Asks the Panel for a server, keeps the answer and makes its directory. kNotFound when the Panel does not know it.
  ServerRegistry::Server fetch_server(ServerId id);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::wings
