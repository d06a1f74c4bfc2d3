#include "strata/wings/operations/job_context.h"

#include <algorithm>

namespace strata::wings {
namespace {

disks::JobContext context_with_limits(const OperationParts& parts, disks::Progress& progress, std::stop_token stop) {
  const auto values = parts.configuration.snapshot();
  const auto& backups = values->system.backups;
  return {
      .stop = std::move(stop),
      .progress = progress,
      .clock = parts.clock,
      .log = parts.log,
      .threads = std::max<std::size_t>(1, backups.wings.create_threads),
      .memory = backups.job_memory * 1_MiB,
      .read_bytes_per_second = backups.read_limit * 1_MiB,
      .write_bytes_per_second = backups.write_limit * 1_MiB,
  };
}

}  // namespace

disks::JobContext job_context(const OperationParts& parts, Job& job) {
  auto context = context_with_limits(parts, job, job.stop());
  context.operation = job.request().operation;
  context.fence = job.request().fence;
  return context;
}

QuietContext::QuietContext(const OperationParts& parts, std::stop_token stop)
    : context_(context_with_limits(parts, progress_, std::move(stop))) {
  context_.operation = OperationId::random();
}

}  // namespace strata::wings
