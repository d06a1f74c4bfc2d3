#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace strata::http {

/// Calls `on_expiry` once when the time set last has come. Moving it on is cheap: the timer underneath is only touched
/// when it fires. All calls on the executor. Private to this room.
class Deadline {
 public:
  Deadline(boost::asio::any_io_executor executor, std::function<void()> on_expiry);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(std::chrono::milliseconds from_now);
  void clear();
  bool has_expired() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace strata::http
