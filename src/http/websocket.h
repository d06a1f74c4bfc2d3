#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "strata/base/units.h"
#include "strata/http/message.h"

namespace strata::http {

/// The server's end of an open WebSocket. Held by shared_ptr; it may outlive the connection, sends then answer false.
/// Any thread.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Queues one text message. False when the connection is gone or its queue is full; a full queue closes it with 1008
  /// (a client that does not read must not cost memory), so thin out progress before sending.
  virtual bool send(std::string text) = 0;

  /// Sends what is queued, then closes. `reason` up to 123 bytes.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

/// What a route does with one connection. Callbacks run on worker threads, never two at a time, in order: on_open, any
/// number of on_text, on_close once (also when on_open threw). The next message is read only when on_text has returned.
/// An exception closes with 1011.
class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  virtual void on_open(std::shared_ptr<WebSocket> socket) = 0;
  virtual void on_text(std::string text) = 0;
  /// `code` as this side or else the peer closed with, 1006 when the connection just broke.
  virtual void on_close(std::uint16_t code) = 0;
};

/// Called on a worker thread before the upgrade: throws an Error to refuse with its status, in the router's words.
using WebSocketFactory = std::function<std::unique_ptr<WebSocketSession>(Request&)>;

struct WebSocketOptions {
  Bytes max_message = 32_KiB;  ///< a longer incoming message closes with 1009
  std::size_t max_queued = 256;
  Bytes max_queued_bytes = 4_MiB;
  /// A silent peer is pinged after this time and dropped after twice of it.
  std::chrono::milliseconds ping_interval = std::chrono::seconds{30};
};

/// True when Origin is absent (not a browser) or names the host of this request: against cross-site WebSocket use of
/// cookies.
bool is_same_origin(const Request& request);

}  // namespace strata::http
