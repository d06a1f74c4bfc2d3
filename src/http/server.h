#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/log.h"
#include "strata/base/units.h"
#include "strata/http/router.h"

namespace strata::http {

/// PEM texts, not paths. TLS 1.2 and 1.3.
struct ServerTls {
  std::string certificate_chain;
  Secret private_key;
};

/// One finished request, for metrics.
struct RequestSummary {
  Method method = Method::kGet;
  std::string_view route;  ///< the pattern, never the path; empty when no route matched
  int status = 0;
  std::chrono::microseconds duration{};  ///< from the end of the header to the last byte sent
  std::uint64_t body_bytes = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6 literal
  std::uint16_t port = 0;             ///< 0: any free one
  std::optional<ServerTls> tls;
  std::size_t io_threads = 1;
  std::size_t worker_threads = 8;         ///< run handlers
  std::size_t stream_threads = 4;         ///< read body sources and files, so that slow downloads never block handlers
  std::size_t max_connections = 1024;     ///< more wait in the kernel's queue
  std::size_t max_queued_requests = 256;  ///< more are answered 503
  std::size_t header_limit = 32 * 1024;   ///< bytes; more is 431
  std::size_t header_count_limit = 100;
  std::chrono::milliseconds header_timeout = std::chrono::seconds{10};  ///< from first byte to end of header
  std::chrono::milliseconds body_timeout = std::chrono::seconds{30};    ///< whole body
  std::chrono::milliseconds write_timeout = std::chrono::seconds{30};   ///< without any progress
  std::chrono::milliseconds idle_timeout = std::chrono::seconds{75};    ///< between requests of one connection
  bool keep_alive = true;
  /// Called after each request from a network thread; must not block or throw.
  std::function<void(const RequestSummary&)> observe;
};

/// An HTTP/1.1 and WebSocket server. The network side runs on its own threads; handlers run on a bounded pool. Several
/// routers share the port: the first that knows path and method answers; when none does, the one that shares most of
/// the path refuses.
class Server {
 public:
  /// `routers` and `log` outlive the server. Error(kInvalid) for an unusable address or certificate.
  Server(ServerOptions options, std::vector<const Router*> routers, Log& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts to serve. Error(kConflict) naming address and port when it is taken. Once.
  void start();

  /// The port in use, after start().
  std::uint16_t port() const;

  /// "http://127.0.0.1:8080", after start().
  std::string url() const;

  /// Accepts no more, ends idle connections, lets running requests finish for up to `grace`, then closes what is left,
  /// requests `Request::stop` and waits for the handlers. Idempotent; the destructor does it with a grace of zero.
  void stop(std::chrono::milliseconds grace);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::http
