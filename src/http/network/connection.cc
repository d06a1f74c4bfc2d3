#include "strata/http/network/connection.h"

#include <array>

#include <fmt/format.h>

#include "strata/http/network/offload.h"
#include "strata/http/network/websocket_connection.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = 1024 * 1024;

/// Counts a request while it waits for or occupies a worker.
class Admission {
 public:
  explicit Admission(ServerState& server)
      : count_(server.requests_in_handlers),
        granted_(++count_ <= server.options.worker_threads + server.options.max_queued_requests) {}
  ~Admission() { --count_; }
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  bool granted() const { return granted_; }

 private:
  std::atomic<std::size_t>& count_;
  bool granted_;
};

}  // namespace

Connection::Connection(ServerState& server, std::unique_ptr<ByteStream> stream, std::string peer_address)
    : server_(server),
      stream_(std::move(stream)),
      peer_address_(std::move(peer_address)),
      reader_(*stream_, server.options),
      words_(server.routers.front()) {}

Connection::~Connection() = default;

asio::awaitable<void> Connection::serve() {
  try {
    stream_->deadline().set(server_.options.header_timeout);
    co_await stream_->handshake();
    co_await serve_requests();
  } catch (const Disconnected& reason) {
    server_.log.debug("a connection ended early", {{"peer", peer_address_}, {"reason", reason.what()}});
  } catch (const std::exception& defect) {
    server_.log.error("a connection failed", {{"peer", peer_address_}, {"reason", defect.what()}});
  }
  stream_->close();
}

asio::awaitable<void> Connection::serve_requests() {
  bool more = true;
  while (more && !server_.is_stopping) {
    is_idle_ = true;
    const bool arrived = co_await reader_.wait_for_request();
    is_idle_ = false;
    if (!arrived) break;
    more = co_await serve_one();
    stream_->deadline().set(server_.options.idle_timeout);
  }
}

asio::awaitable<bool> Connection::serve_one() {
  words_ = server_.routers.front();
  int status = 0;
  std::string reason;
  try {
    const RequestHead head = co_await reader_.read_head();
    co_return co_await answer(head);
  } catch (const BadRequest& bad) {
    status = bad.status();
    reason = bad.what();
  }
  const Request request;
  Framing framing;
  framing.keep_alive = false;
  auto response = words_->refuse(request, status, reason);
  co_await send(*words_, request, std::move(response), framing);
  co_await linger();
  co_return false;
}

asio::awaitable<bool> Connection::answer(const RequestHead& head) {
  const auto begun = steady_clock::now();
  if (!head.method) throw BadRequest(501, "this method is not known here");
  auto target = parse_target(head.target);
  if (!target) throw BadRequest(400, "the address is malformed");
  const Destination to = find(*head.method, target->segments);
  words_ = to.router;
  Request request = make_request(head, std::move(*target));
  const auto* route = to.match.route;
  if (route != nullptr && route->websocket && head.wants_websocket) {
    co_await serve_websocket(to, head, request);
    co_return false;
  }

  Framing framing;
  framing.is_http_1_1 = head.is_http_1_1;
  framing.head_only = *head.method == Method::kHead;
  const bool leaves_body = head.has_body && route == nullptr;
  if (head.has_body && route != nullptr) request.body = co_await reader_.read_body(route->options.body_limit);

  Response response = co_await run_handler(to, request);
  framing.keep_alive = head.keep_alive && server_.options.keep_alive && !leaves_body && !server_.is_stopping;
  const Sent sent = co_await send(*to.router, request, std::move(response), framing);

  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun);
  server_.log.debug("request", {{"operation", request.operation.text()},
                                {"method", std::string(to_string(request.method))},
                                {"path", request.path},
                                {"status", std::to_string(sent.status)},
                                {"microseconds", std::to_string(duration.count())}});
  if (server_.options.observe) {
    const std::string_view pattern = route == nullptr ? std::string_view{} : route->pattern;
    server_.options.observe({request.method, pattern, sent.status, duration, sent.body_bytes});
  }
  if (!framing.keep_alive) co_await linger();
  co_return framing.keep_alive;
}

asio::awaitable<Response> Connection::run_handler(const Destination& to, Request& request) {
  const Admission admission(server_);
  if (!admission.granted()) {
    auto busy = to.router->refuse(request, 503, "the server is busy, try again in a moment");
    busy.headers.set("Retry-After", "1");
    co_return busy;
  }
  Response response;
  auto run = [&] { response = to.router->run(to.match, request); };
  co_await offload(server_.workers, run);
  co_return response;
}

asio::awaitable<Connection::Sent> Connection::send(const Router& router, const Request& request, Response response,
                                                   Framing& framing) {
  Sent sent;
  sent.status = response.status;
  ResponseWriter writer(*stream_, server_.streams, server_.options.write_timeout);
  std::exception_ptr failure;
  try {
    sent.body_bytes = co_await writer.write(std::move(response), framing);
    co_return sent;
  } catch (const Disconnected&) {
    throw;
  } catch (const std::exception& reason) {
    failure = std::current_exception();
    if (writer.has_begun()) {
      server_.log.error("an answer was cut off",
                        {{"operation", request.operation.text()}, {"path", request.path}, {"reason", reason.what()}});
      throw Disconnected("the answer could not be completed");
    }
  }
  auto refusal = router.refuse(request, failure);
  sent.status = refusal.status;
  sent.body_bytes = co_await writer.write(std::move(refusal), framing);
  co_return sent;
}

asio::awaitable<void> Connection::serve_websocket(const Destination& to, const RequestHead& head, Request& request) {
  request.parameters = to.match.parameters;
  std::unique_ptr<WebSocketSession> session;
  std::exception_ptr refusal;
  auto make = [&] { session = to.match.route->websocket(request); };
  try {
    co_await offload(server_.workers, make);
  } catch (...) {
    refusal = std::current_exception();
  }
  if (refusal) {
    Framing framing;
    framing.keep_alive = false;
    auto response = to.router->refuse(request, refusal);
    co_await send(*to.router, request, std::move(response), framing);
    co_await linger();
    co_return;
  }
  stream_->put_back(reader_.take_rest());
  websocket_ = std::make_shared<WebSocketConnection>(*stream_, server_, to.match.route->websocket_options);
  co_await websocket_->run(head, std::move(session));
}

asio::awaitable<void> Connection::linger() {
  stream_->deadline().set(kLingerTime);
  co_await stream_->shutdown();
  std::array<std::uint8_t, 4096> rest{};
  std::size_t total = 0;
  while (total < kLingerBytes) {
    const auto count = co_await stream_->read_some(rest);
    if (count == 0) break;
    total += count;
  }
}

Request Connection::make_request(const RequestHead& head, Target target) const {
  Request request;
  request.method = *head.method;
  request.target = head.target;
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.headers = head.headers;
  request.peer_address = peer_address_;
  request.tls = !stream_->is_plain();
  request.stop = server_.stop.get_token();
  return request;
}

Connection::Destination Connection::find(Method method, const std::vector<std::string>& segments) const {
  Destination best;
  for (const auto* router : server_.routers) {
    auto match = router->match(method, segments);
    // A router that knows the path beats one that does not; then the more literal pattern; then the first.
    const bool knows = !match.allowed.empty();
    const bool best_knows = best.router != nullptr && !best.match.allowed.empty();
    const bool is_better = knows != best_knows ? knows : match.depth > best.match.depth;
    if (best.router == nullptr || is_better) best = {router, std::move(match)};
  }
  return best;
}

void Connection::finish_soon() {
  if (is_idle_) stream_->close();
  if (websocket_) websocket_->close(1001, "the server stops");
}

void Connection::close_now() {
  stream_->close();
}

}  // namespace strata::http
