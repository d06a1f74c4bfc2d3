#pragma once

#include <vector>

#include "strata/disks/backup_disk.h"
#include "strata/vfs/directory.h"

namespace strata::disks {

/// The connection test of a backup directory: there, private, writable and durable, with room, and how fast. Leaves
/// nothing behind.
std::vector<Check> check_backup_directory(const vfs::Directory& directory, Bytes keep_free, JobContext& context);

}  // namespace strata::disks
