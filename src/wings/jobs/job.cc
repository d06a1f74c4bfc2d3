#include "strata/wings/jobs/job.h"

#include <utility>

namespace strata::wings {

Job::Job(JobRequest request, const Clock& clock, std::function<void(const Job&)> changed)
    : request_(std::move(request)), started_(clock.now()), changed_(std::move(changed)), phase_("queued") {}

void Job::set_phase(std::string_view phase) {
  {
    const std::lock_guard lock(mutex_);
    if (phase_ == phase) return;
    phase_ = phase;
  }
  ++sequence_;
  changed_(*this);
}

void Job::set_total(Bytes bytes, std::uint64_t files) {
  bytes_ = 0;
  files_ = 0;
  total_bytes_ = bytes;
  total_files_ = files;
  ++sequence_;
}

void Job::add(Bytes bytes, std::uint64_t files) {
  bytes_ += bytes;
  files_ += files;
  ++sequence_;
}

void Job::finish(std::string_view phase, boost::json::value report, std::optional<std::string> error) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  report_ = std::move(report);
  error_ = std::move(error);
  over_ = true;
  ++sequence_;
}

wire::OperationStatus Job::status() const {
  wire::OperationStatus status;
  status.operation = request_.operation;
  status.kind = request_.kind;
  status.backup = request_.backup;
  status.server = request_.server;
  status.fence = request_.fence;
  status.bytes = bytes_;
  status.total_bytes = total_bytes_;
  status.files = files_;
  status.total_files = total_files_;
  status.sequence = sequence_;
  status.started = started_;
  const std::lock_guard lock(mutex_);
  status.phase = phase_;
  status.error = error_;
  return status;
}

boost::json::value Job::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void Job::request_stop(bool cancelled) {
  if (cancelled) cancelled_ = true;
  stop_.request_stop();
}

}  // namespace strata::wings
