#pragma once

#include "strata/disks/backup_disk.h"
#include "strata/wings/wings.h"

namespace strata::wings {

/// What a disk needs for a short look that is no operation of its own: nobody watches its progress. One thread.
class QuietJob {
 public:
  explicit QuietJob(Wings& wings, std::stop_token stop = {});
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
