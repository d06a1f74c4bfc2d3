#include "strata/wings/jobs/job_queue.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"
#include "strata/wings/jobs/job_watchers.h"

namespace strata::wings {
namespace {

bool holds_server(const JobRequest& request) {
  using Kind = wire::OperationKind;
  return request.server &&
         (request.kind == Kind::kCreate || request.kind == Kind::kRestore || request.kind == Kind::kUndo);
}

bool overlap(const JobRequest& a, const JobRequest& b) {
  if (a.backup && a.backup == b.backup) return true;
  return holds_server(a) && holds_server(b) && a.server == b.server;
}

struct Entry {
  enum class State { kArriving, kQueued, kRunning, kOver };
  std::shared_ptr<Job> job;
  State state = State::kArriving;
  std::thread thread;
  // For the ticker.
  std::uint64_t told = 0;
  std::uint64_t seen = 0;
  std::chrono::steady_clock::time_point moved{};
  bool stalled = false;
};

}  // namespace

struct JobQueue::Implementation {
  JobQueueOptions options;
  const Clock& clock;
  Log& log;
  JobWatchers watchers;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::list<Entry> entries;  // in order of arrival; the threads of running ones hold iterators
  std::set<ServerId> reserved;
  bool stopping = false;
  bool ticking = true;
  std::thread ticker;

  Implementation(JobQueueOptions options_in, const Clock& clock_in, Log& log_in)
      : options(std::move(options_in)), clock(clock_in), log(log_in), ticker([this] { tick_until_stopped(); }) {}

  void tell(JobEvent::Kind kind, const Job& job) {
    watchers.tell({.kind = kind, .status = job.status(), .report = job.report()}, [] { return true; });
  }

  std::size_t running(bool light) const {
    return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [light](const Entry& entry) {
      return entry.state == Entry::State::kRunning && entry.job->request().is_light == light;
    }));
  }

  /// Starts what may start, in order. `mutex` is held.
  void start_ready() {
    if (stopping) return;
    const auto places = std::max<std::size_t>(1, options.parallel_jobs());
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
      if (entry->state != Entry::State::kQueued) continue;
      const auto& request = entry->job->request();
      // It will do no more than say that it was cancelled, so it need not wait for its turn.
      if (entry->job->stop().stop_requested()) {
        start(entry);
        continue;
      }
      if (holds_server(request) && reserved.contains(*request.server)) continue;
      if (running(request.is_light) >= (request.is_light ? options.light_jobs : places)) continue;
      const auto blocks = [&request](const Entry& earlier) {
        return earlier.state != Entry::State::kOver && overlap(earlier.job->request(), request);
      };
      if (std::none_of(entries.begin(), entry, blocks)) start(entry);
    }
  }

  void start(std::list<Entry>::iterator entry) {
    entry->state = Entry::State::kRunning;
    entry->moved = clock.steady_now();
    try {
      entry->thread = std::thread([this, entry] { run(entry); });
    } catch (const std::system_error& error) {
      entry->state = Entry::State::kQueued;  // tried again with the next change
      log.error("no thread for an operation",
                {{"operation", entry->job->request().operation.text()}, {"reason", error.what()}});
    }
  }

  void run(std::list<Entry>::iterator entry) {
    auto& job = *entry->job;
    tell(JobEvent::Kind::kStarted, job);
    try {
      job.request().run(job);
    } catch (const std::exception& error) {
      log.error("an operation left its own error handling",
                {{"operation", job.request().operation.text()}, {"reason", error.what()}});
      job.finish("failed", nullptr, "internal error");
    }
    tell(JobEvent::Kind::kFinished, job);
    const std::lock_guard lock(mutex);
    entry->state = Entry::State::kOver;
    start_ready();
    changed.notify_all();
  }

  std::list<Entry>::iterator find(OperationId operation) {
    return std::find_if(entries.begin(), entries.end(), [operation](const Entry& entry) {
      return entry.state != Entry::State::kOver && entry.job->request().operation == operation;
    });
  }

  /// Entries that are over leave the list when their thread has been joined, which only another thread can do.
  void bury(std::unique_lock<std::mutex>& lock) {
    std::list<Entry> over;
    for (auto entry = entries.begin(); entry != entries.end();) {
      const auto next = std::next(entry);
      if (entry->state == Entry::State::kOver) over.splice(over.end(), entries, entry);
      entry = next;
    }
    lock.unlock();
    for (auto& entry : over) {
      if (entry.thread.joinable()) entry.thread.join();
    }
    lock.lock();
  }

  void tick_until_stopped() {
    std::unique_lock lock(mutex);
    while (ticking) {
      changed.wait_for(lock, options.tick, [this] { return !ticking; });
      bury(lock);
      start_ready();  // the configuration may allow more than before
      tell_progress(lock);
    }
  }

  void tell_progress(std::unique_lock<std::mutex>& lock) {
    std::vector<std::shared_ptr<Job>> moved;
    const auto now = clock.steady_now();
    for (auto& entry : entries) {
      if (entry.state != Entry::State::kRunning) continue;
      const auto sequence = entry.job->status().sequence;
      watch_for_stall(entry, sequence, now);
      if (sequence == entry.told) continue;
      entry.told = sequence;
      moved.push_back(entry.job);
    }
    lock.unlock();
    for (const auto& job : moved) {
      watchers.tell({.kind = JobEvent::Kind::kProgress, .status = job->status(), .report = nullptr},
                    [&job] { return !job->is_over(); });
    }
    lock.lock();
  }

  void watch_for_stall(Entry& entry, std::uint64_t sequence, std::chrono::steady_clock::time_point now) {
    if (sequence != entry.seen) {
      entry.seen = sequence;
      entry.moved = now;
      entry.stalled = false;
    } else if (!entry.stalled && now - entry.moved >= options.stalled) {
      entry.stalled = true;
      const auto status = entry.job->status();
      log.warning("an operation makes no progress", {{"operation", status.operation.text()},
                                                     {"kind", std::string(describe::text_of(status.kind))},
                                                     {"phase", status.phase},
                                                     {"bytes", std::to_string(status.bytes)}});
    }
  }

  /// `mutex` is held.
  void require_room() const {
    if (stopping) throw Error(ErrorKind::kUnavailable, "the node is stopping");
    if (entries.size() < options.max_queued) return;
    throw Error(ErrorKind::kUnavailable, fmt::format("{} operations are waiting: try again later", entries.size()));
  }

  /// `mutex` is held.
  bool holds(ServerId server, const std::vector<wire::OperationKind>& kinds) const {
    return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
      const auto& request = entry.job->request();
      return !entry.job->is_over() && holds_server(request) && request.server == server &&
             (kinds.empty() || std::find(kinds.begin(), kinds.end(), request.kind) != kinds.end());
    });
  }

  bool is_anything_running() const {
    return std::any_of(entries.begin(), entries.end(),
                       [](const Entry& entry) { return entry.state == Entry::State::kRunning; });
  }
};

JobQueue::JobQueue(JobQueueOptions options, const Clock& clock, Log& log)
    : implementation_(std::make_unique<Implementation>(std::move(options), clock, log)) {}

JobQueue::~JobQueue() {
  stop(std::chrono::milliseconds{0});
}

void JobQueue::submit(JobRequest request) {
  auto& self = *implementation_;
  const auto operation = request.operation;
  auto job = std::make_shared<Job>(std::move(request), self.clock,
                                   [&self](const Job& changed) { self.tell(JobEvent::Kind::kPhase, changed); });
  std::list<Entry>::iterator entry;
  {
    const std::lock_guard lock(self.mutex);
    self.require_room();
    if (self.find(operation) != self.entries.end()) {
      throw Error(ErrorKind::kConflict, fmt::format("operation {} is queued already", operation.text()));
    }
    entry = self.entries.emplace(self.entries.end());
    entry->job = job;
  }
  self.tell(JobEvent::Kind::kQueued, *job);
  const std::lock_guard lock(self.mutex);
  entry->state = Entry::State::kQueued;
  self.start_ready();
}

void JobQueue::require_room() const {
  const std::lock_guard lock(implementation_->mutex);
  implementation_->require_room();
}

bool JobQueue::cancel(OperationId operation) {
  auto& self = *implementation_;
  const std::lock_guard lock(self.mutex);
  const auto entry = self.find(operation);
  if (entry == self.entries.end() || entry->job->is_over()) return false;
  entry->job->request_stop(true);
  self.start_ready();
  return true;
}

bool JobQueue::wait(OperationId operation, std::chrono::milliseconds timeout) const {
  auto& self = *implementation_;
  std::unique_lock lock(self.mutex);
  return self.changed.wait_for(lock, timeout, [&] { return self.find(operation) == self.entries.end(); });
}

std::vector<wire::OperationStatus> JobQueue::operations() const {
  const std::lock_guard lock(implementation_->mutex);
  std::vector<wire::OperationStatus> all;
  for (const auto& entry : implementation_->entries) {
    if (entry.state != Entry::State::kOver) all.push_back(entry.job->status());
  }
  return all;
}

bool JobQueue::holds(ServerId server, const std::vector<wire::OperationKind>& kinds) const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->holds(server, kinds);
}

std::optional<JobQueue::Reservation> JobQueue::reserve(ServerId server) {
  const std::lock_guard lock(implementation_->mutex);
  if (implementation_->holds(server, {}) || !implementation_->reserved.insert(server).second) return std::nullopt;
  return Reservation(*this, server);
}

JobQueue::Reservation::~Reservation() {
  if (queue_ == nullptr) return;
  auto& queue = *queue_->implementation_;
  const std::lock_guard lock(queue.mutex);
  queue.reserved.erase(server_);
  queue.start_ready();
}

std::size_t JobQueue::size() const {
  const std::lock_guard lock(implementation_->mutex);
  const auto& entries = implementation_->entries;
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(),
                                                [](const Entry& entry) { return entry.state != Entry::State::kOver; }));
}

JobQueue::Subscription JobQueue::watch(Watcher watcher) {
  return Subscription(implementation_->watchers.add(std::move(watcher)));
}

void JobQueue::stop(std::chrono::milliseconds grace) {
  auto& self = *implementation_;
  std::unique_lock lock(self.mutex);
  self.stopping = true;
  const auto idle = [&self] { return !self.is_anything_running(); };
  if (!self.changed.wait_for(lock, grace, idle)) {
    for (auto& entry : self.entries) {
      if (entry.state == Entry::State::kRunning) entry.job->request_stop(false);
    }
    self.changed.wait(lock, idle);
  }
  for (auto& entry : self.entries) entry.state = Entry::State::kOver;
  self.ticking = false;
  self.changed.notify_all();
  lock.unlock();
  if (self.ticker.joinable()) self.ticker.join();
  lock.lock();
  self.bury(lock);
}

JobQueue::Subscription::Subscription(Subscription&&) noexcept = default;

JobQueue::Subscription& JobQueue::Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    Subscription old(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}

JobQueue::Subscription::~Subscription() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  state_->watcher = nullptr;
}

}  // namespace strata::wings
