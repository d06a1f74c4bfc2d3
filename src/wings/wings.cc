#include "strata/wings/wings.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/wings/operations/start_recovery.h"
#include "strata/wings/operations/undo_expiry.h"
#include "strata/wings/panel/heartbeat.h"
#include "strata/wings/panel/panel_link.h"

namespace strata::wings {
namespace {

constexpr const char* kLockName = "lock";
constexpr const char* kJournalName = "journal.db";
/// Users of servers pass through this folder on the way to their own.
constexpr std::uint32_t kDataMode = 0711;

/// Held as long as the daemon runs: two daemons on one journal would do everything twice.
vfs::File lock_state(const vfs::Directory& state) {
  auto lock = state.open_or_create_file(vfs::Path::parse(kLockName));
  if (!lock.try_lock()) {
    throw Error(ErrorKind::kConflict,
                fmt::format("another node daemon uses the state directory {}: stop it, or give this one another "
                            "'state_directory'",
                            state.label()));
  }
  return lock;
}

void make_data_directory(vfs::Kernel& kernel, const std::string& path) {
  try {
    vfs::Directory::open_trusted(kernel, path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    vfs::Directory::create_trusted(kernel, path).set_mode(vfs::Path(), kDataMode);
  }
}

JobQueueOptions job_options(JobQueueOptions options, const ConfigurationStore& configuration) {
  options.parallel_jobs = [&configuration] {
    return std::size_t{configuration.snapshot()->system.backups.parallel_jobs};
  };
  return options;
}

}  // namespace

/// What exists once the state directory is locked, in the order in which it depends on each other.
struct Running {
  vfs::Directory state;
  vfs::File lock;
  database::Database database;
  Journal journal;
  ServerRegistry servers;
  WingsRooms rooms;
  JobQueue jobs;
  PanelClient panel;
  Outbox outbox;
  Operations operations;
  HeartbeatSender heartbeat;
  PanelLink link;
  std::jthread housekeeping;

  Running(ConfigurationStore& configuration, const Machine& machine, const MakeRooms& make_rooms,
          const WingsOptions& options, BootId boot)
      : state(vfs::Directory::create_trusted(machine.kernel, configuration.snapshot()->state_directory)),
        lock(lock_state(state)),
        database(database::Database::open(
            fmt::format("sqlite:{}/{}", configuration.snapshot()->state_directory, kJournalName))),
        journal(database, machine.clock, boot),
        servers(database, machine.clock),
        rooms(make_rooms(configuration, machine)),
        jobs(job_options(options.jobs, configuration), machine.clock, machine.log),
        panel(configuration, boot, options.panel_client, machine.log),
        outbox(journal, panel, options.outbox, machine.log),
        operations({.configuration = configuration,
                    .journal = journal,
                    .jobs = jobs,
                    .servers = servers,
                    .volumes = *rooms.volumes,
                    .runtimes = *rooms.runtimes,
                    .disks = rooms.disks,
                    .privileged = machine.privileged,
                    .clock = machine.clock,
                    .log = machine.log},
                   [this] { outbox.wake(); }),
        heartbeat(jobs, panel, boot, machine.clock, machine.log,
                  {.running = options.heartbeat_running, .idle = options.heartbeat_idle}),
        link(panel,
             {.reset = [this,
                        boot] { return wire::ResetRequest{.boot = boot, .operations = reset_operations(journal)}; },
              .take_servers = [this, &log = machine.log](const auto& listed) { take_servers(listed, log); },
              .connected =
                  [this] {
                    operations.open();
                    outbox.wake();
                    heartbeat.start();
                  }},
             options.first_reconnect, machine.log) {}

  void take_servers(const std::vector<wire::RemoteServer>& listed, Log& log) {
    std::vector<wire::RemoteServerSettings> settings;
    settings.reserve(listed.size());
    for (const auto& server : listed) settings.push_back(server.settings);
    for (const auto& gone : servers.replace_all(settings)) {
      log.info("the Panel does not list a server any more: its files stay as they are",
               {{"server", gone->uuid.text()}});
    }
    for (const auto& server : settings) {
      try {
        rooms.volumes->ensure(server);
      } catch (const Error& error) {
        log.warning("the directory of a server cannot be used",
                    {{"server", server.uuid.text()}, {"reason", error.message()}});
      }
    }
  }

  void keep_house(std::chrono::milliseconds interval, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any pause;
    std::unique_lock lock_of_pause(mutex);
    while (!stop.stop_requested()) {
      const auto& parts = operations.parts();
      try {
        journal.clean_up();
        expire_undos(parts, stop);
      } catch (const Error& error) {
        parts.log.warning("housekeeping failed and is tried again later", {{"reason", error.message()}});
      }
      pause.wait_for(lock_of_pause, stop, interval, [] { return false; });
    }
  }
};

struct Wings::Implementation {
  ConfigurationStore& configuration;
  Machine machine;
  MakeRooms make_rooms;
  WingsOptions options;
  BootId boot = BootId::random();
  crypto::NodeKeys keys;
  std::unique_ptr<Running> running;
  std::atomic<bool> is_ready = false;
  bool is_stopped = false;

  Running& ready() {
    if (!is_ready) throw Error(ErrorKind::kUnavailable, "the node is starting: try again in a moment");
    return *running;
  }
};

Wings::Wings(ConfigurationStore& configuration, Machine machine, MakeRooms make_rooms, WingsOptions options)
    : implementation_(new Implementation{.configuration = configuration,
                                         .machine = machine,
                                         .make_rooms = std::move(make_rooms),
                                         .options = std::move(options),
                                         .keys = crypto::derive_node_keys(configuration.snapshot()->token)}) {}

Wings::~Wings() {
  stop(std::chrono::milliseconds{0});
}

void Wings::start() {
  auto& self = *implementation_;
  if (self.running) throw Error(ErrorKind::kInternal, "a node daemon starts once");
  const auto values = self.configuration.snapshot();
  make_data_directory(self.machine.kernel, values->system.data);
  vfs::Directory::create_trusted(self.machine.kernel, values->system.backup_directory);
  self.running = std::make_unique<Running>(self.configuration, self.machine, self.make_rooms, self.options, self.boot);
  auto& running = *self.running;
  const auto& parts = running.operations.parts();
  recover_live_trees(parts);
  recover_disks(parts);
  take_up_unfinished(running.operations);
  running.outbox.start();
  running.link.start();
  running.housekeeping = std::jthread([&running, interval = self.options.housekeeping](const std::stop_token& stop) {
    running.keep_house(interval, stop);
  });
  self.is_ready = true;
}

bool Wings::wait_until_connected(std::chrono::milliseconds timeout) const {
  return implementation_->ready().link.wait_until_connected(timeout);
}

bool Wings::is_connected() const {
  return implementation_->is_ready && implementation_->running->link.is_connected();
}

void Wings::stop(std::chrono::milliseconds grace) {
  auto& self = *implementation_;
  if (!self.running || std::exchange(self.is_stopped, true)) return;
  auto& running = *self.running;
  running.link.stop();
  running.housekeeping.request_stop();
  running.jobs.stop(grace);
  running.heartbeat.stop();
  running.outbox.stop();
  if (running.housekeeping.joinable()) running.housekeeping.join();
}

BootId Wings::boot() const {
  return implementation_->boot;
}

const crypto::NodeKeys& Wings::keys() const {
  return implementation_->keys;
}

const Machine& Wings::machine() const {
  return implementation_->machine;
}

ConfigurationStore& Wings::configuration() {
  return implementation_->configuration;
}

Journal& Wings::journal() {
  return implementation_->ready().journal;
}

JobQueue& Wings::jobs() {
  return implementation_->ready().jobs;
}

Operations& Wings::operations() {
  return implementation_->ready().operations;
}

ServerRegistry& Wings::servers() {
  return implementation_->ready().servers;
}

Volumes& Wings::volumes() {
  return *implementation_->ready().rooms.volumes;
}

Runtimes& Wings::runtimes() {
  return *implementation_->ready().rooms.runtimes;
}

const DiskSet& Wings::disks() const {
  return implementation_->ready().rooms.disks;
}

Outbox& Wings::outbox() {
  return implementation_->ready().outbox;
}

ServerRegistry::Server Wings::fetch_server(ServerId id) {
  auto& running = implementation_->ready();
  const auto settings = running.panel.server(id).settings;
  if (settings.uuid != id) {
    throw Error(ErrorKind::kInternal, "the Panel answered with another server than the one it was asked for");
  }
  running.rooms.volumes->ensure(settings);
  running.servers.put(settings);
  return running.servers.get(id);
}

}  // namespace strata::wings
