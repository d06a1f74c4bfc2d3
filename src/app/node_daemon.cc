#include "strata/app/node_daemon.h"

#include "strata/archive/archive_format.h"
#include "strata/base/version.h"
#include "strata/describe/enumeration.h"
#include "strata/disks/local/local_disk.h"
#include "strata/vfs/directory.h"
#include "strata/wings/runtime/configured_runtimes.h"
#include "strata/wings/volumes/directory_volumes.h"

namespace strata::app {
namespace {

disks::LocalWriting local_writing(const wings::BackupSettings& backups) {
  return {.format = archive::parse_format(describe::text_of(backups.wings.archive_format)),
          .level = archive::parse_compression_level(describe::text_of(backups.compression_level)),
          .threads = backups.wings.create_threads};
}

std::shared_ptr<disks::BackupDisk> make_local_disk(const wings::ConfigurationStore& configuration,
                                                   const wings::Machine& machine) {
  return std::make_shared<disks::LocalDisk>(
      disks::LocalOptions{
          .directory =
              vfs::Directory::create_trusted(machine.kernel, configuration.snapshot()->system.backup_directory),
          .writing = [&configuration] { return local_writing(configuration.snapshot()->system.backups); }},
      machine.clock);
}

wings::WingsRooms make_rooms(const wings::ConfigurationStore& configuration, const wings::Machine& machine) {
  wings::WingsRooms rooms;
  auto volumes = std::make_unique<wings::DirectoryVolumes>(machine.kernel, configuration, machine.privileged);
  rooms.runtimes = std::make_unique<wings::ConfiguredRuntimes>(machine.kernel, configuration, *volumes);
  rooms.volumes = std::move(volumes);
  rooms.disks.add("wings", make_local_disk(configuration, machine));
  return rooms;
}

}  // namespace

NodeDaemon::NodeDaemon(wings::ConfigurationStore& configuration, vfs::Kernel& kernel, const Clock& clock, Log& log,
                       wings::WingsOptions options)
    : wings_(configuration, {.kernel = kernel, .privileged = privileged_, .clock = clock, .log = log}, make_rooms,
             std::move(options)),
      api_(wings_, std::string(kVersion)),
      router_(log, wings::NodeApi::router_options(configuration)) {
  api_.mount(router_);
}

}  // namespace strata::app
