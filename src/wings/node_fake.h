#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "strata/base/clock_fake.h"
#include "strata/database/database.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/temporary_directory_fake.h"
#include "strata/wings/operations/gated_disk_fake.h"
#include "strata/wings/panel/panel_fake.h"
#include "strata/wings/runtime/scripted_runtime_fake.h"
#include "strata/wings/wings.h"

namespace strata::wings {

/// A whole node in a temporary folder: the daemon, a Panel on a real socket, real volumes and the real Local disk; only
/// the servers' processes are scripted. The clock stands still until the test moves it.
class NodeFake {
 public:
  NodeFake();
  ~NodeFake();

  /// A server that the Panel lists, with its directory. Before start().
  ServerId add_server(const std::string& name);
  std::string path_of(ServerId server) const;
  ScriptedRuntime& runtime(ServerId server) { return *runtimes_.of(server); }
  GatedDisk& disk() { return *disk_; }
  std::string backup_path(BackupId backup) const;

  /// A new start of the daemon. With `connect` it returns when the Panel knows.
  void start(bool connect = true);
  void stop();
  Wings& wings() { return *wings_; }

  /// The journal as an earlier start of the daemon left it: only while it does not run.
  void with_journal(const std::function<void(Journal&)>& act);

  /// What the Panel was told about an operation; fails the test after 20 s.
  boost::json::value report_of(OperationId operation);

  /// A finished backup of the server, as the Panel would have it made.
  BackupId backed_up(ServerId server);

  wire::CreateBackupCommand create_command(BackupId backup, std::string ignore = {}) const;
  wire::RestoreBackupCommand restore_command(bool replace = true) const;

  FakePanel panel;
  FakeClock clock;
  Log log{LogLevel::kError};
  vfs::TemporaryDirectory directory;
  vfs::PosixKernel posix;
  vfs::FaultKernel kernel{posix};
  vfs::InProcessPrivileged privileged;
  std::optional<ConfigurationStore> configuration;

 private:
  WingsRooms make_rooms(const ConfigurationStore& configuration, const Machine& machine);

  ScriptedRuntimes runtimes_;
  GatedDisk* disk_ = nullptr;
  std::unique_ptr<Wings> wings_;
};

}  // namespace strata::wings
