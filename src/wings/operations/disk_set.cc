#include "strata/wings/operations/disk_set.h"

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::wings {

void DiskSet::add(wire::AdapterName name, Disk disk) {
  for (const auto& [known, unused] : disks_) {
    if (known == name) throw Error(ErrorKind::kInternal, fmt::format("two disks are called '{}'", name));
  }
  disks_.emplace_back(std::move(name), std::move(disk));
}

DiskSet::Disk DiskSet::get(const wire::AdapterName& name) const {
  std::string known;
  for (const auto& [adapter, disk] : disks_) {
    if (adapter == name) return disk;
    known += (known.empty() ? "" : ", ") + adapter;
  }
  throw Error(ErrorKind::kInvalid, fmt::format("adapter: unknown adapter '{}', this node has: {}", name, known));
}

std::optional<wire::AdapterName> DiskSet::locate(const disks::BackupRef& ref, disks::JobContext& context) const {
  for (const auto& [adapter, disk] : disks_) {
    if (has_backup(*disk, ref, context)) return adapter;
  }
  return std::nullopt;
}

bool has_backup(disks::BackupDisk& disk, const disks::BackupRef& ref, disks::JobContext& context) {
  try {
    disk.open(ref, context);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) return false;
    if (!disks::is_damage(error)) throw;
  }
  return true;
}

}  // namespace strata::wings
