#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace strata {

/// A fixed number of threads with a bounded queue of tasks. `submit` waits while the queue is full, so a fast producer
/// is slowed instead of buffered. Tasks must not submit to their own pool and wait. The destructor finishes what was
/// submitted. Any thread may submit.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_capacity, std::string name);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// The future carries the result or the exception.
  template <class Function>
  auto submit(Function function) -> std::future<std::invoke_result_t<Function>> {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Function>()>>(std::move(function));
    auto future = task->get_future();
    post([task] { (*task)(); });
    return future;
  }

  /// For tasks that report by themselves; an exception that leaves such a task ends the program.
  void post(std::function<void()> task);

  /// False at once when the queue is full: for servers that answer "busy" instead of waiting.
  bool try_post(std::function<void()> task);

  std::size_t threads() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata
