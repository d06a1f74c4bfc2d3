#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/wings/jobs/job.h"

namespace strata::wings {

/// What watchers are told (WebSocket, heartbeats).
struct JobEvent {
  enum class Kind {
    kQueued,
    kStarted,
    kPhase,
    kProgress,  ///< numbers moved; at most every `tick`
    kFinished,
  };
  Kind kind = Kind::kQueued;
  wire::OperationStatus status;
  boost::json::value report;  ///< kFinished: what the Panel is told
};

struct JobQueueOptions {
  /// Asked each time a place becomes free, so that a changed configuration acts at once; at least 1.
  std::function<std::size_t()> parallel_jobs = [] { return std::size_t{2}; };
  std::size_t light_jobs = 2;
  std::size_t max_queued = 1000;
  std::chrono::milliseconds tick{500};
  /// Same bytes and phase for this long: said in the log (reliability 3.11).
  std::chrono::minutes stalled{15};
};

/// Runs operations: first come first served, at most `parallel_jobs` at a time, never two that hold the same server
/// (create, restore, undo) or the same backup; one that must wait for another does not hold up the rest. Any thread.
class JobQueue {
 public:
  JobQueue(JobQueueOptions options, const Clock& clock, Log& log);
  ~JobQueue();  // as stop() without grace
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// kUnavailable when the queue is full or stopping; kConflict when this operation is in it already.
  void submit(JobRequest request);

  /// kUnavailable as submit(), without submitting: for refusing a command before it is taken.
  void require_room() const;

  /// Requests the stop of a queued or running operation: a queued one runs at once, only to report that it was
  /// cancelled. False when there is none of that id.
  bool cancel(OperationId operation);

  /// Waits until the operation has left the queue; false after `timeout`. True at once when it is not in it.
  bool wait(OperationId operation, std::chrono::milliseconds timeout) const;

  /// Queued and running, in order of arrival.
  std::vector<wire::OperationStatus> operations() const;

  /// An operation of this server is queued or at work that holds it; `kinds` narrows down (empty: any).
  bool holds(ServerId server, const std::vector<wire::OperationKind>& kinds = {}) const;

  /// Keeps operations from a server for something short that is none (undo areas are thinned out): they wait until the
  /// reservation goes. nullopt when an operation is queued or running that holds the server, or it is reserved already.
  /// Must not outlive the queue.
  class Reservation {
   public:
    Reservation(Reservation&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), server_(other.server_) {}
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation();

   private:
    friend class JobQueue;
    Reservation(JobQueue& queue, ServerId server) : queue_(&queue), server_(server) {}
    JobQueue* queue_;
    ServerId server_;
  };
  [[nodiscard]] std::optional<Reservation> reserve(ServerId server);

  /// Jobs in the queue and running.
  std::size_t size() const;

  using Watcher = std::function<void(const JobEvent&)>;

  /// Ends when it goes; the watcher does not run afterwards. Must not be destroyed inside a watcher, nor outlive the
  /// queue.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();
    struct State;

   private:
    friend class JobQueue;
    explicit Subscription(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

  /// The watcher is called from the threads of the jobs, for one operation in order; it must be quick.
  [[nodiscard]] Subscription watch(Watcher watcher);

  /// Starts nothing more; lets running jobs finish for `grace`, then requests their stop and waits for them. What was
  /// only queued is dropped without a word: it stays in the journal for the next start. Idempotent.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::wings
