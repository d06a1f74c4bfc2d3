#include "strata/http/network/websocket_connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "strata/http/network/offload.h"
#include "strata/http/network/websocket_outbox.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

struct Outcome {
  error_code failure;
  std::size_t count = 0;
};

asio::awaitable<Outcome> read_outcome(ByteStream& stream, std::span<std::uint8_t> into) {
  Outcome outcome;
  // Bytes that were put back are there at once; an asynchronous operation must still not complete inside its start.
  co_await asio::post(stream.executor(), asio::use_awaitable);
  try {
    outcome.count = co_await stream.read_some(into);
    if (outcome.count == 0) outcome.failure = asio::error::eof;
  } catch (const Disconnected&) {
    outcome.failure = asio::error::connection_reset;
  }
  co_return outcome;
}

asio::awaitable<Outcome> write_outcome(ByteStream& stream, std::span<const std::uint8_t> from) {
  Outcome outcome;
  try {
    outcome.count = co_await stream.write_some(from);
  } catch (const Disconnected&) {
    outcome.failure = asio::error::connection_reset;
  }
  co_return outcome;
}

/// What Beast wants a stream to look like, on top of ours. It is a template for the caller's handler only: the two
/// kinds of stream below do not show, so WebSocket code is compiled once.
class BeastStream {
 public:
  using executor_type = asio::any_io_executor;
  explicit BeastStream(ByteStream& stream) : stream_(stream) {}
  executor_type get_executor() const noexcept { return stream_.executor(); }
  ByteStream& stream() const { return stream_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const asio::mutable_buffer first = *asio::buffer_sequence_begin(buffers);
    const std::span<std::uint8_t> into{static_cast<std::uint8_t*>(first.data()), first.size()};
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this, into](auto handler) { start(read_outcome(stream_, into), std::move(handler)); }, token);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const asio::const_buffer first = first_filled(buffers);
    const std::span<const std::uint8_t> from{static_cast<const std::uint8_t*>(first.data()), first.size()};
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this, from](auto handler) { start(write_outcome(stream_, from), std::move(handler)); }, token);
  }

 private:
  template <class Buffers>
  static asio::const_buffer first_filled(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
      const asio::const_buffer each = *at;
      if (each.size() != 0) return each;
    }
    return {};
  }

  template <class Handler>
  void start(asio::awaitable<Outcome> operation, Handler handler) {
    asio::co_spawn(stream_.executor(), std::move(operation),
                   [handler = std::move(handler)](const std::exception_ptr&, Outcome outcome) mutable {
                     std::move(handler)(outcome.failure, outcome.count);
                   });
  }

  ByteStream& stream_;
};

/// Beast's hooks for timeouts and for the end of the closing handshake.
void beast_close_socket(BeastStream& stream) {
  stream.stream().close();
}

template <class Handler>
void async_teardown(beast::role_type, BeastStream& stream, Handler&& handler) {
  stream.stream().close();
  asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}

using Socket = websocket::stream<BeastStream, false>;

constexpr std::chrono::seconds kHandshakeTime{10};

/// Waits until somebody calls `cancel()` on the timer.
asio::awaitable<void> wait_for(asio::steady_timer& event) {
  error_code cancelled;
  event.expires_at(asio::steady_timer::time_point::max());
  co_await event.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

}  // namespace

struct WebSocketConnection::Implementation {
  Implementation(ByteStream& stream, ServerState& server_, const WebSocketOptions& options_)
      : server(server_),
        options(options_),
        socket(BeastStream(stream)),
        outgoing(stream.executor()),
        writer_done(stream.executor()) {}

  ServerState& server;
  const WebSocketOptions options;
  Socket socket;
  std::shared_ptr<WebSocketOutbox> outbox;
  asio::steady_timer outgoing;     ///< cancelled when the outbox has something new
  asio::steady_timer writer_done;  ///< cancelled when the writer has ended
  bool is_writing = false;
};

WebSocketConnection::WebSocketConnection(ByteStream& stream, ServerState& server, const WebSocketOptions& options)
    : implementation_(std::make_unique<Implementation>(stream, server, options)) {}
WebSocketConnection::~WebSocketConnection() = default;

asio::awaitable<void> WebSocketConnection::run(const RequestHead& head, std::unique_ptr<WebSocketSession> session) {
  auto& self = *implementation_;
  self.outbox = std::make_shared<WebSocketOutbox>(
      self.options, [weak = weak_from_this(), executor = asio::any_io_executor(self.socket.get_executor())] {
        asio::post(executor, [weak] {
          if (const auto alive = weak.lock()) alive->implementation_->outgoing.cancel();
        });
      });
  const bool is_open = co_await accept(head);
  std::uint16_t code = 1006;
  if (is_open) {
    self.is_writing = true;
    asio::co_spawn(self.socket.get_executor(), [this] { return write_messages(); }, asio::detached);
    auto open = [&] { session->on_open(self.outbox); };
    co_await call(open);
    code = co_await read_messages(*session);
    if (const auto ours = self.outbox->close_code()) code = *ours;
  }
  self.outbox->detach();
  self.outgoing.cancel();
  co_await wait_for_writer();
  auto finish = [&] {
    if (is_open) session->on_close(code);
    session.reset();
  };
  co_await call(finish);
}

asio::awaitable<bool> WebSocketConnection::accept(const RequestHead& head) {
  auto& self = *implementation_;
  websocket::stream_base::timeout timeout;
  timeout.handshake_timeout = kHandshakeTime;
  timeout.idle_timeout = 2 * self.options.ping_interval;
  timeout.keep_alive_pings = true;
  self.socket.set_option(timeout);
  self.socket.read_message_max(self.options.max_message);
  self.socket.text(true);

  beast::http::request<beast::http::empty_body> request(beast::http::verb::get, head.target, 11);
  for (const auto& [name, value] : head.headers) request.insert(name, value);
  error_code failure;
  co_await self.socket.async_accept(request, asio::redirect_error(asio::use_awaitable, failure));
  co_return !failure;
}

asio::awaitable<std::uint16_t> WebSocketConnection::read_messages(WebSocketSession& session) {
  auto& self = *implementation_;
  beast::flat_buffer buffer;
  while (true) {
    error_code failure;
    co_await self.socket.async_read(buffer, asio::redirect_error(asio::use_awaitable, failure));
    if (failure == websocket::error::closed) co_return self.socket.reason().code;
    if (failure) co_return websocket::close_code::abnormal;
    if (self.socket.got_text()) {
      std::string text(static_cast<const char*>(buffer.cdata().data()), buffer.size());
      auto deliver = [&] { session.on_text(std::move(text)); };
      co_await call(deliver);
    } else {
      close(websocket::close_code::unknown_data, "only text is understood here");
    }
    buffer.consume(buffer.size());
  }
}

asio::awaitable<void> WebSocketConnection::write_messages() {
  const auto keep_alive = shared_from_this();
  auto& self = *implementation_;
  error_code failure;
  while (!failure && !self.outbox->is_detached()) {
    if (const auto text = self.outbox->take()) {
      const auto bytes = asio::buffer(*text);
      co_await self.socket.async_write(bytes, asio::redirect_error(asio::use_awaitable, failure));
    } else if (const auto last = self.outbox->take_close()) {
      const websocket::close_reason reason(static_cast<websocket::close_code>(last->code), last->reason);
      co_await self.socket.async_close(reason, asio::redirect_error(asio::use_awaitable, failure));
      break;
    } else {
      co_await wait_for(self.outgoing);
    }
  }
  if (failure) self.socket.next_layer().stream().close();
  self.is_writing = false;
  self.writer_done.cancel();
}

asio::awaitable<void> WebSocketConnection::wait_for_writer() {
  while (implementation_->is_writing) co_await wait_for(implementation_->writer_done);
}

asio::awaitable<void> WebSocketConnection::call(std::function<void()> callback) {
  auto& self = *implementation_;
  try {
    co_await offload(self.server.workers, std::move(callback));
  } catch (const std::exception& defect) {
    self.server.log.error("a WebSocket session failed", {{"reason", defect.what()}});
    self.outbox->close(websocket::close_code::internal_error, "internal error");
  }
}

void WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
  implementation_->outbox->close(code, reason);
}

}  // namespace strata::http
