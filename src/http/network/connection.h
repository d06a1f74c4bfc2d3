#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "strata/http/network/request_reader.h"
#include "strata/http/network/response_writer.h"
#include "strata/http/network/server_state.h"

namespace strata::http {

class WebSocketConnection;

/// One client, from accept to close: reads requests in order, has each answered on the worker pool, sends the answers.
/// Everything runs on the stream's executor. Private to this room.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerState& server, std::unique_ptr<ByteStream> stream, std::string peer_address);
  ~Connection();

  /// Until the connection ends. Does not throw.
  boost::asio::awaitable<void> serve();

  /// The server stops: an idle connection ends now, a busy one after its answer.
  void finish_soon();
  /// The server has waited long enough.
  void close_now();

  const boost::asio::any_io_executor& executor() const { return stream_->executor(); }

 private:
  /// Where a request goes.
  struct Destination {
    const Router* router = nullptr;
    Router::Match match;
  };
  /// What went out.
  struct Sent {
    int status = 0;
    std::uint64_t body_bytes = 0;
  };

  boost::asio::awaitable<void> serve_requests();
  /// False when the connection must end.
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> answer(const RequestHead& head);
  boost::asio::awaitable<Response> run_handler(const Destination& to, Request& request);
  boost::asio::awaitable<void> serve_websocket(const Destination& to, const RequestHead& head, Request& request);
  boost::asio::awaitable<Sent> send(const Router& router, const Request& request, Response response, Framing& framing);
  /// Gives the client the chance to read the last answer: closing with unread input would reset the connection.
  boost::asio::awaitable<void> linger();

  Request make_request(const RequestHead& head, Target target) const;
  Destination find(Method method, const std::vector<std::string>& segments) const;

  ServerState& server_;
  std::unique_ptr<ByteStream> stream_;
  const std::string peer_address_;
  RequestReader reader_;
  std::shared_ptr<WebSocketConnection> websocket_;
  const Router* words_;  ///< whose words a refusal of the current request is in
  bool is_idle_ = true;
};

}  // namespace strata::http
