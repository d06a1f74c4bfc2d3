#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "strata/wings/jobs/job_queue.h"

namespace strata::wings {

/// A watcher that can be taken away while events are on their way.
struct JobQueue::Subscription::State {
  std::mutex mutex;
  Watcher watcher;  ///< empty: gone
};

/// Hands events to all watchers, one event at a time, so that each sees the events of an operation in order. Any
/// thread.
class JobWatchers {
 public:
  using State = JobQueue::Subscription::State;

  std::shared_ptr<State> add(JobQueue::Watcher watcher) {
    auto state = std::make_shared<State>();
    state->watcher = std::move(watcher);
    const std::lock_guard lock(list_);
    states_.push_back(state);
    return state;
  }

  /// `is_due` is asked once it is this event's turn: progress is not told after the end.
  template <class IsDue>
  void tell(const JobEvent& event, IsDue is_due) {
    const std::lock_guard turn(turn_);
    if (!is_due()) return;
    for (const auto& state : alive()) {
      const std::lock_guard lock(state->mutex);
      if (state->watcher) state->watcher(event);
    }
  }

 private:
  std::vector<std::shared_ptr<State>> alive() {
    const std::lock_guard lock(list_);
    std::vector<std::shared_ptr<State>> all;
    std::erase_if(states_, [&all](const std::weak_ptr<State>& weak) {
      auto state = weak.lock();
      if (!state) return true;
      all.push_back(std::move(state));
      return false;
    });
    return all;
  }

  std::mutex turn_;
  std::mutex list_;
  std::vector<std::weak_ptr<State>> states_;
};

}  // namespace strata::wings
