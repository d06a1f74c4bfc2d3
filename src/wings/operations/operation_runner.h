#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// Runs what the journal accepted: queues it, sends it to the code of its kind, and makes its end durable before
/// anybody hears of it. Every path of an operation ends here, with a report. Any thread.
class OperationRunner {
 public:
  /// `on_result` is called after a result that the Panel is owed became durable.
  OperationRunner(const OperationParts& parts, std::function<void()> on_result);

  /// An operation that cannot be queued any more ends as failed.
  void queue(const JournalOperation& operation);

  /// As queue(), and waits for its end up to `patience`. Then the caller has the result and nothing is reported: true,
  /// or its Error. False when it goes on in the background.
  bool queue_and_wait(const JournalOperation& operation, std::chrono::milliseconds patience);

 private:
  struct Waiter {
    bool is_over = false;
    std::optional<Error> error;
  };

  void run(const JournalOperation& operation, Job& job);
  Outcome outcome_of(const JournalOperation& operation, Job& job);
  Outcome carry_out(const JournalOperation& operation, Job& job);
  void end(const JournalOperation& operation, const Outcome& outcome);
  void end_durably(const JournalOperation& operation, const Outcome& outcome, Job& job);

  const OperationParts& parts_;
  std::function<void()> on_result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<OperationId, Waiter> waiters_;
};

}  // namespace strata::wings
