#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "strata/disks/backup_disk.h"
#include "strata/wire/node_api.h"

namespace strata::wings {

/// The disks of this node by the name the node API gives them ("wings" is Local). Filled before it is shared, then only
/// read: any thread.
class DiskSet {
 public:
  using Disk = std::shared_ptr<disks::BackupDisk>;

  /// kInternal when the name is taken.
  void add(wire::AdapterName name, Disk disk);

  /// kInvalid "unknown adapter", naming the ones there are.
  Disk get(const wire::AdapterName& name) const;

  /// In the order of add(), which is the order of lookups (spec/wings 5.3).
  const std::vector<std::pair<wire::AdapterName, Disk>>& all() const { return disks_; }

  /// Which disk has this backup, for routes that do not name one. nullopt when none; what a disk cannot tell (other
  /// errors than kNotFound) passes through.
  std::optional<wire::AdapterName> locate(const disks::BackupRef& ref, disks::JobContext& context) const;

 private:
  std::vector<std::pair<wire::AdapterName, Disk>> disks_;
};

/// False when the disk says kNotFound. A backup that is there but damaged counts as being there.
bool has_backup(disks::BackupDisk& disk, const disks::BackupRef& ref, disks::JobContext& context);

}  // namespace strata::wings
