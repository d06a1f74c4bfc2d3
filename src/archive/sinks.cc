#include "strata/archive/sinks.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace strata::archive {

void FileSink::write(std::span<const std::uint8_t> data) {
  file_.write(data);
}

void HashingSink::write(std::span<const std::uint8_t> data) {
  digest_.update(data);
  next_.write(data);
  written_ += data.size();
}

void ThrottledSink::write(std::span<const std::uint8_t> data) {
  throttle_.wait(data.size(), stop_);
  next_.write(data);
}

std::size_t RangedSource::read(std::span<std::uint8_t> out) {
  const std::size_t got = reader_->read_at(offset_, out);
  offset_ += got;
  return got;
}

std::size_t ThrottledReader::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  const std::size_t got = next_->read_at(offset, out);
  const std::lock_guard lock(mutex_);
  throttle_.wait(got, stop_);
  return got;
}

struct BackgroundSink::Implementation {
  using Buffer = std::vector<std::uint8_t>;
  static constexpr std::size_t kBufferBytes = 1024 * 1024;

  Implementation(ByteSink& next_sink, std::size_t count) : next(next_sink), buffers(count) {}

  void run();
  void hand_over(std::unique_lock<std::mutex>& lock);

  ByteSink& next;
  const std::size_t buffers;
  Buffer collecting;  ///< caller's

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Buffer> full;
  std::vector<Buffer> empty;
  bool busy = false;  ///< the thread is inside next.write()
  bool closed = false;
  std::exception_ptr error;
  std::thread thread;
};

void BackgroundSink::Implementation::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return closed || !full.empty(); });
    if (closed || error) return;
    Buffer buffer = std::move(full.front());
    full.pop_front();
    busy = true;
    lock.unlock();
    std::exception_ptr failure;
    try {
      next.write(buffer);
    } catch (...) {
      failure = std::current_exception();
    }
    buffer.clear();
    lock.lock();
    empty.push_back(std::move(buffer));
    busy = false;
    error = failure;
    changed.notify_all();
    if (error) return;
  }
}

/// Queues what was collected; waits while all buffers are full. Throws what went wrong behind.
void BackgroundSink::Implementation::hand_over(std::unique_lock<std::mutex>& lock) {
  changed.wait(lock, [&] { return error || full.size() + (busy ? 1 : 0) < buffers; });
  if (error) std::rethrow_exception(error);
  full.push_back(std::move(collecting));
  collecting = Buffer();
  if (!empty.empty()) {
    collecting = std::move(empty.back());
    empty.pop_back();
  }
  changed.notify_all();
}

BackgroundSink::BackgroundSink(ByteSink& next, std::size_t buffers)
    : implementation_(std::make_unique<Implementation>(next, std::max<std::size_t>(buffers, 1))) {
  implementation_->thread = std::thread([self = implementation_.get()] { self->run(); });
}

BackgroundSink::~BackgroundSink() {
  {
    const std::lock_guard lock(implementation_->mutex);
    implementation_->closed = true;
    implementation_->changed.notify_all();
  }
  implementation_->thread.join();
}

void BackgroundSink::write(std::span<const std::uint8_t> data) {
  Implementation& self = *implementation_;
  while (!data.empty()) {
    self.collecting.reserve(Implementation::kBufferBytes);
    const auto piece = data.first(std::min(Implementation::kBufferBytes - self.collecting.size(), data.size()));
    self.collecting.insert(self.collecting.end(), piece.begin(), piece.end());
    data = data.subspan(piece.size());
    if (self.collecting.size() < Implementation::kBufferBytes) break;
    std::unique_lock lock(self.mutex);
    self.hand_over(lock);
  }
}

void BackgroundSink::finish() {
  Implementation& self = *implementation_;
  std::unique_lock lock(self.mutex);
  if (!self.collecting.empty()) self.hand_over(lock);
  self.changed.wait(lock, [&] { return self.error || (self.full.empty() && !self.busy); });
  if (self.error) std::rethrow_exception(self.error);
}

}  // namespace strata::archive
