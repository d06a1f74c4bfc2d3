#pragma once

#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

#include "strata/base/error.h"
#include "strata/wings/jobs/job.h"
#include "strata/wings/journal/journal.h"

namespace strata::wings {

/// How an operation ended: a final phase, what the Panel is told, and the error when it failed.
struct Outcome {
  std::string_view phase;
  boost::json::value report;
  std::optional<Error> error;
};

/// An operation enters a phase: durable first, so that a restart knows at least that much, then shown.
inline void enter(Journal& journal, Job& job, std::string_view phase) {
  journal.set_phase(job.request().operation, phase);
  job.set_phase(phase);
}

}  // namespace strata::wings
