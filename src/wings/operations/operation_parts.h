#pragma once

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/vfs/privileged.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wings/jobs/job_queue.h"
#include "strata/wings/journal/journal.h"
#include "strata/wings/operations/disk_set.h"
#include "strata/wings/runtime/runtime.h"
#include "strata/wings/servers/server_registry.h"
#include "strata/wings/volumes/volumes.h"

namespace strata::wings {

/// What operations work with. Everything outlives them.
struct OperationParts {
  const ConfigurationStore& configuration;
  Journal& journal;
  JobQueue& jobs;
  ServerRegistry& servers;
  Volumes& volumes;
  Runtimes& runtimes;
  const DiskSet& disks;
  vfs::Privileged& privileged;
  const Clock& clock;
  Log& log;
};

}  // namespace strata::wings
