#pragma once

#include "strata/disks/backup_disk.h"
#include "strata/disks/local/local_disk.h"
#include "strata/disks/local/local_store.h"

namespace strata::disks {

/// Writes one backup: survey, then the live tree through tar, compression and SHA-1 into a temporary beside its final
/// place, index, sync, rename. The caller has made sure that nobody else works on this backup. Nothing is left behind
/// when it throws.
Receipt create_local_backup(const LocalStore& store, const LocalOptions& options, const LocalWriting& writing,
                            const ServerVolume& volume, const CreateOptions& create, JobContext& context);

}  // namespace strata::disks
