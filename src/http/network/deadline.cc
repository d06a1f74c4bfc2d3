#include "strata/http/network/deadline.h"

#include <boost/asio/steady_timer.hpp>

namespace strata::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// Shared with the timer's handler, which may run after the Deadline is gone.
struct Deadline::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor executor, std::function<void()> callback)
      : timer(std::move(executor)), on_expiry(std::move(callback)) {}

  void wait() {
    is_waiting = true;
    timer.expires_at(due);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
      if (!cancelled) self->fired();
    });
  }

  void fired() {
    is_waiting = false;
    if (!on_expiry || due == steady_clock::time_point::max()) return;
    if (steady_clock::now() < due) return wait();
    has_expired = true;
    std::exchange(on_expiry, nullptr)();
  }

  asio::steady_timer timer;
  std::function<void()> on_expiry;
  steady_clock::time_point due = steady_clock::time_point::max();
  bool is_waiting = false;
  bool has_expired = false;
};

Deadline::Deadline(asio::any_io_executor executor, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(std::move(executor), std::move(on_expiry))) {}

Deadline::~Deadline() {
  state_->on_expiry = nullptr;
  state_->timer.cancel();
}

void Deadline::set(std::chrono::milliseconds from_now) {
  state_->due = steady_clock::now() + from_now;
  // A pending wait that ends later than the new due time is too late; starting again cancels it.
  if (!state_->is_waiting || state_->timer.expiry() > state_->due) state_->wait();
}

void Deadline::clear() {
  state_->due = steady_clock::time_point::max();
}

bool Deadline::has_expired() const {
  return state_->has_expired;
}

}  // namespace strata::http
