#include "strata/base/worker_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <pthread.h>

#include "strata/base/error.h"

namespace strata {

struct WorkerPool::Implementation {
  explicit Implementation(std::size_t capacity_) : capacity(capacity_) {}

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return closed || !tasks.empty(); });
      if (tasks.empty()) return;
      auto task = std::move(tasks.front());
      tasks.pop_front();
      changed.notify_all();
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }

  const std::size_t capacity;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool closed = false;
  std::vector<std::thread> threads;
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_capacity, std::string name)
    : implementation_(std::make_unique<Implementation>(queue_capacity)) {
  name.resize(std::min<std::size_t>(name.size(), 15));  // the kernel's limit for a thread name
  for (std::size_t i = 0; i < threads; ++i) {
    auto& thread = implementation_->threads.emplace_back([this] { implementation_->run(); });
    pthread_setname_np(thread.native_handle(), name.c_str());
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(implementation_->mutex);
    implementation_->closed = true;
    implementation_->changed.notify_all();
  }
  for (auto& thread : implementation_->threads) thread.join();
}

void WorkerPool::post(std::function<void()> task) {
  std::unique_lock lock(implementation_->mutex);
  implementation_->changed.wait(lock, [&] { return implementation_->tasks.size() < implementation_->capacity; });
  implementation_->tasks.push_back(std::move(task));
  implementation_->changed.notify_all();
}

bool WorkerPool::try_post(std::function<void()> task) {
  const std::lock_guard lock(implementation_->mutex);
  if (implementation_->tasks.size() >= implementation_->capacity) return false;
  implementation_->tasks.push_back(std::move(task));
  implementation_->changed.notify_all();
  return true;
}

std::size_t WorkerPool::threads() const {
  return implementation_->threads.size();
}

}  // namespace strata
