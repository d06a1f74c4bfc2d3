#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "strata/http/websocket.h"

namespace strata::http {

/// The handle that sessions hold: takes messages from any thread, hands them to the connection's writer. Outlives the
/// connection. Private to this room.
class WebSocketOutbox final : public WebSocket {
 public:
  struct Close {
    std::uint16_t code = 0;
    std::string reason;
  };

  /// `wake` is called from any thread, under the lock, when there is something new; until `detach`.
  WebSocketOutbox(const WebSocketOptions& options, std::function<void()> wake);

  bool send(std::string text) override;
  void close(std::uint16_t code, std::string_view reason) override;

  std::optional<std::string> take();
  /// Set when the queue is empty and the connection is to be closed.
  std::optional<Close> take_close();

  /// What this side closed with, if it did.
  std::optional<std::uint16_t> close_code() const;

  /// The connection is over: from now on nothing is accepted and nobody is woken.
  void detach();
  bool is_detached() const;

 private:
  void close_locked(std::uint16_t code, std::string_view reason);

  const WebSocketOptions options_;
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::deque<std::string> queue_;
  Bytes queued_bytes_ = 0;
  std::optional<Close> close_;
  std::optional<std::uint16_t> close_code_;
};

}  // namespace strata::http
