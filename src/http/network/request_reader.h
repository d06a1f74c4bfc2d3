#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "strata/http/network/byte_stream.h"
#include "strata/http/server.h"

namespace strata::http {

/// A request that cannot be understood or is too large: answered with `status`, then the connection ends, since nobody
/// knows where the next request would begin.
class BadRequest : public std::runtime_error {
 public:
  BadRequest(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// Everything before the body.
struct RequestHead {
  std::optional<Method> method;  ///< nullopt: not one of ours
  std::string target;
  Headers headers;
  bool is_http_1_1 = true;
  bool keep_alive = true;
  bool has_body = false;
  bool wants_websocket = false;
};

/// Takes requests off a connection, one after the other; what a client sends early (pipelining) waits here. The grammar
/// is Beast's; on top come total limits and strictness about body length, where two readings of one message would let a
/// request hide inside another. Private to this room.
class RequestReader {
 public:
  RequestReader(ByteStream& stream, const ServerOptions& options);
  ~RequestReader();

  /// False when the client ended the connection instead. Throws Disconnected.
  boost::asio::awaitable<bool> wait_for_request();

  /// Within the header timeout. Throws BadRequest, Disconnected.
  boost::asio::awaitable<RequestHead> read_head();

  /// The body of the head read last, within the options' body timeout; asks for it first when the client waits to be
  /// asked (Expect). BadRequest(413) above `limit`.
  boost::asio::awaitable<std::string> read_body(Bytes limit);

  /// What was received after the head, for a protocol that takes over.
  std::string take_rest();

 private:
  boost::asio::awaitable<bool> fill();
  boost::asio::awaitable<void> wait_for_end_of_head();
  RequestHead parse_head();

  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::http
