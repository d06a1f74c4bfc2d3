#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/disks/backup_disk.h"
#include "strata/wire/node_api.h"

namespace strata::wings {

class Job;

/// What is to run, and what it must not overlap with.
struct JobRequest {
  OperationId operation;
  wire::OperationKind kind = wire::OperationKind::kCreate;
  std::optional<BackupId> backup;
  std::optional<ServerId> server;
  std::uint64_t fence = 0;
  /// Deletes do not wait behind long backups: they have two places of their own.
  bool is_light = false;
  /// Runs on a thread of its own and ends every path by itself; an exception that leaves it is logged as our defect.
  std::function<void(Job&)> run;
};

/// One operation in the queue or running: its progress, which everybody may watch, and its stop request. Any thread.
class Job final : public disks::Progress {
 public:
  /// `changed` is called after each change of phase, from the thread that made it.
  Job(JobRequest request, const Clock& clock, std::function<void(const Job&)> changed);

  const JobRequest& request() const { return request_; }
  std::stop_token stop() const { return stop_.get_token(); }

  /// Why the stop was requested: by somebody (true) or because the daemon ends (false).
  bool cancelled() const { return cancelled_.load(); }

  void set_phase(std::string_view phase) override;
  /// What the phase that begins will move; counting starts again at 0.
  void set_total(Bytes bytes, std::uint64_t files) override;
  void add(Bytes bytes, std::uint64_t files) override;

  /// The end, for watchers: a final phase, the report the Panel gets, and why it failed.
  void finish(std::string_view phase, boost::json::value report, std::optional<std::string> error);

  wire::OperationStatus status() const;
  boost::json::value report() const;
  /// finish() was called: the work is done, what follows is telling about it.
  bool is_over() const { return over_.load(); }

 private:
  friend class JobQueue;
  void request_stop(bool cancelled);

  const JobRequest request_;
  const Timestamp started_;
  std::function<void(const Job&)> changed_;
  std::stop_source stop_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> over_ = false;
  std::atomic<Bytes> bytes_ = 0;
  std::atomic<Bytes> total_bytes_ = 0;
  std::atomic<std::uint64_t> files_ = 0;
  std::atomic<std::uint64_t> total_files_ = 0;
  std::atomic<std::uint64_t> sequence_ = 0;
  mutable std::mutex mutex_;
  std::string phase_;
  std::optional<std::string> error_;
  boost::json::value report_;
};

}  // namespace strata::wings
