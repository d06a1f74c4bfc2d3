#pragma once

#include <stop_token>

#include "strata/disks/backup_disk.h"
#include "strata/wings/jobs/job.h"
#include "strata/wings/operations/operation_parts.h"

namespace strata::wings {

/// The limits and tools a disk gets for one job; progress, stop and ids come from `job`, which must outlive it.
disks::JobContext job_context(const OperationParts& parts, Job& job);

/// The same for a short look that is no operation of its own: nobody watches its progress. One thread.
class QuietContext {
 public:
  explicit QuietContext(const OperationParts& parts, std::stop_token stop = {});
  QuietContext(const QuietContext&) = delete;
  QuietContext& operator=(const QuietContext&) = delete;

  disks::JobContext& context() { return context_; }

 private:
  class NoProgress final : public disks::Progress {
   public:
    void set_phase(std::string_view) override {}
    void set_total(Bytes, std::uint64_t) override {}
    void add(Bytes, std::uint64_t) override {}
  };
  NoProgress progress_;
  disks::JobContext context_;
};

}  // namespace strata::wings
