#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "strata/http/network/request_reader.h"
#include "strata/http/network/server_state.h"
#include "strata/http/websocket.h"

namespace strata::http {

/// A connection after the upgrade: one coroutine reads, one writes what the outbox holds. On the stream's executor.
/// Private to this room.
class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(ByteStream& stream, ServerState& server, const WebSocketOptions& options);
  ~WebSocketConnection();

  /// From the handshake to on_close; when it ends, nothing uses the stream any more.
  boost::asio::awaitable<void> run(const RequestHead& head, std::unique_ptr<WebSocketSession> session);

  void close(std::uint16_t code, std::string_view reason);

 private:
  boost::asio::awaitable<bool> accept(const RequestHead& head);
  boost::asio::awaitable<std::uint16_t> read_messages(WebSocketSession& session);
  boost::asio::awaitable<void> write_messages();
  boost::asio::awaitable<void> wait_for_writer();
  /// Runs a callback on a worker; an exception closes the connection.
  boost::asio::awaitable<void> call(std::function<void()> callback);

  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::http
