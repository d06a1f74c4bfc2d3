#include "strata/wings/node_fake.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "strata/disks/local/local_disk.h"
#include "strata/wings/volumes/directory_volumes.h"

namespace strata::wings {
namespace {

constexpr std::chrono::seconds kPatience{20};

/// The runtimes outlive each start of the daemon.
class BorrowedRuntimes final : public Runtimes {
 public:
  explicit BorrowedRuntimes(Runtimes& inner) : inner_(inner) {}
  std::shared_ptr<Runtime> runtime_of(const wire::RemoteServerSettings& server) override {
    return inner_.runtime_of(server);
  }

 private:
  Runtimes& inner_;
};

}  // namespace

NodeFake::NodeFake() {
  auto values = panel.configuration_of_node();
  values.uuid = NodeId::random();
  values.state_directory = directory.path("state");
  values.system.data = directory.path("volumes");
  values.system.backup_directory = directory.path("backups");
  values.system.username = "nobody-of-that-name";
  configuration.emplace(std::move(values));
}

NodeFake::~NodeFake() {
  stop();
}

ServerId NodeFake::add_server(const std::string& name) {
  wire::RemoteServerSettings settings;
  settings.uuid = ServerId::random();
  settings.meta.name = name;
  panel.servers.push_back(settings);
  std::filesystem::create_directories(path_of(settings.uuid));
  return settings.uuid;
}

std::string NodeFake::path_of(ServerId server) const {
  return directory.path("volumes/" + server.text());
}

std::string NodeFake::backup_path(BackupId backup) const {
  return directory.path("backups/" + backup.text() + ".tar.gz");
}

void NodeFake::start(bool connect) {
  WingsOptions options;
  options.outbox.first_delay = std::chrono::milliseconds{5};
  options.outbox.longest_delay = std::chrono::milliseconds{50};
  options.heartbeat_running = std::chrono::milliseconds{10};
  options.heartbeat_idle = std::chrono::milliseconds{50};
  options.first_reconnect = std::chrono::milliseconds{5};
  options.jobs.tick = std::chrono::milliseconds{5};
  options.panel_client.connect_timeout = std::chrono::milliseconds{500};
  wings_ = std::make_unique<Wings>(
      *configuration, Machine{.kernel = kernel, .privileged = privileged, .clock = clock, .log = log},
      [this](const ConfigurationStore& values, const Machine& machine) { return make_rooms(values, machine); },
      std::move(options));
  wings_->start();
  if (!connect) return;
  ASSERT_TRUE(wings_->wait_until_connected(kPatience));
}

void NodeFake::stop() {
  if (wings_) wings_->stop(std::chrono::milliseconds{0});
  wings_.reset();
  disk_ = nullptr;
}

WingsRooms NodeFake::make_rooms(const ConfigurationStore& values, const Machine& machine) {
  disks::LocalOptions options;
  options.directory = vfs::Directory::open_trusted(machine.kernel, values.snapshot()->system.backup_directory);
  options.keep_free = 0;
  auto disk = std::make_shared<GatedDisk>(std::make_unique<disks::LocalDisk>(std::move(options), machine.clock));
  disk_ = disk.get();
  WingsRooms rooms;
  rooms.volumes = std::make_unique<DirectoryVolumes>(machine.kernel, values, machine.privileged);
  rooms.runtimes = std::make_unique<BorrowedRuntimes>(runtimes_);
  rooms.disks.add("wings", std::move(disk));
  return rooms;
}

void NodeFake::with_journal(const std::function<void(Journal&)>& act) {
  std::filesystem::create_directories(directory.path("state"));
  auto database = database::Database::open("sqlite:" + directory.path("state/journal.db"));
  Journal journal(database, clock, BootId::random());
  act(journal);
}

boost::json::value NodeFake::report_of(OperationId operation) {
  boost::json::value report;
  const bool came = panel.wait_until([&] {
    for (const auto& received : panel.received()) {
      const auto* id = received.body.as_object().if_contains("operation");
      if (id == nullptr || *id != operation.text().c_str()) continue;
      report = received.body;
      return true;
    }
    return false;
  });
  EXPECT_TRUE(came) << "no report of operation " << operation.text();
  return report;
}

BackupId NodeFake::backed_up(ServerId server) {
  const auto backup = BackupId::random();
  const auto accepted = wings().operations().create_backup(server, create_command(backup), {});
  EXPECT_EQ(report_of(accepted.operation).at("successful"), true);
  return backup;
}

wire::CreateBackupCommand NodeFake::create_command(BackupId backup, std::string ignore) const {
  return {.adapter = "wings", .uuid = backup, .ignore = std::move(ignore), .name = "nightly", .configuration = {}};
}

wire::RestoreBackupCommand NodeFake::restore_command(bool replace) const {
  return {.adapter = "wings", .truncate_directory = replace, .download_url = {}, .keep_ignored = true, .force = false};
}

}  // namespace strata::wings
