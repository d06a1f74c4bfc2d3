#include "strata/wings/api/quiet_job.h"

namespace strata::wings {

QuietJob::QuietJob(Wings& wings, std::stop_token stop)
    : context_{.stop = std::move(stop),
               .progress = progress_,
               .clock = wings.machine().clock,
               .log = wings.machine().log,
               .operation = OperationId::random()} {}

}  // namespace strata::wings
