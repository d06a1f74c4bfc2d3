#include "strata/http/server.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/http/network/connection.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// After a failed accept (no descriptors left) it is pointless to try again at once.
constexpr std::chrono::milliseconds kAcceptPause{100};

tcp::endpoint parse_endpoint(const ServerOptions& options) {
  error_code failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' is not an address to listen on: give an IPv4 or IPv6 address", options.address));
  }
  return {address, options.port};
}

std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

[[noreturn]] void refuse_to_listen(const error_code& failure, const tcp::endpoint& endpoint) {
  const auto place = fmt::format("address {} port {}", endpoint.address().to_string(), endpoint.port());
  if (failure == asio::error::address_in_use) {
    throw Error(ErrorKind::kConflict,
                fmt::format("{} is in use by another program: stop it or choose another port", place));
  }
  if (failure == asio::error::access_denied) {
    throw Error(ErrorKind::kForbidden, fmt::format("{} may only be used by root: choose a port above 1023", place));
  }
  throw Error(ErrorKind::kInvalid, fmt::format("cannot listen on {}: {}", place, failure.message()));
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(ServerOptions options, std::vector<const Router*> routers, Log& log)
      : state_(std::move(options), std::move(routers), log),
        endpoint_(parse_endpoint(state_.options)),
        acceptor_(asio::make_strand(io_)),
        slot_free_(acceptor_.get_executor()) {
    if (state_.routers.empty()) throw Error(ErrorKind::kInternal, "a server needs a router");
  }

  ~Implementation() { stop(std::chrono::milliseconds{0}); }

  void start() {
    listen();
    asio::co_spawn(
        acceptor_.get_executor(), [this] { return accept_all(); },
        [this](const std::exception_ptr& defect) {
          if (defect) state_.log.error("the server stopped accepting connections");
        });
    for (std::size_t i = 0; i < state_.options.io_threads; ++i) threads_.emplace_back([this] { io_.run(); });
  }

  void stop(std::chrono::milliseconds grace) {
    if (state_.is_stopping.exchange(true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;  // it may never have been opened
      acceptor_.close(ignored);
      slot_free_.cancel();
    });
    for_each_connection(&Connection::finish_soon);
    if (!wait_until_empty(grace)) {
      state_.stop.request_stop();
      for_each_connection(&Connection::close_now);
      wait_until_empty(std::nullopt);
    }
    state_.stop.request_stop();
    work_.reset();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  std::uint16_t port() const { return endpoint_.port(); }

  std::string url() const {
    const auto host = endpoint_.address().is_v6() ? fmt::format("[{}]", endpoint_.address().to_string())
                                                  : endpoint_.address().to_string();
    return fmt::format("{}://{}:{}", state_.tls ? "https" : "http", host, endpoint_.port());
  }

 private:
  void listen() {
    error_code failure;
    const auto check = [&] {
      if (failure) refuse_to_listen(failure, endpoint_);
    };
    acceptor_.open(endpoint_.protocol(), failure);
    check();
    acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
    if (endpoint_.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false), failure);
    acceptor_.bind(endpoint_, failure);
    check();
    acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    check();
    endpoint_ = acceptor_.local_endpoint();
  }

  asio::awaitable<void> accept_all() {
    while (!state_.is_stopping) {
      tcp::socket socket(asio::make_strand(io_));
      error_code failure;
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, failure));
      if (state_.is_stopping) co_return;
      if (failure) {
        state_.log.warning("cannot accept a connection", {{"reason", failure.message()}});
        co_await pause(kAcceptPause);
        continue;
      }
      begin(std::move(socket));
      while (count() >= state_.options.max_connections && !state_.is_stopping) co_await pause(std::chrono::hours{1});
    }
  }

  /// Until the time is over or a connection has ended.
  asio::awaitable<void> pause(std::chrono::milliseconds time) {
    error_code cancelled;
    slot_free_.expires_after(time);
    co_await slot_free_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }

  void begin(tcp::socket socket) {
    error_code failure;
    socket.set_option(tcp::no_delay(true), failure);
    const auto peer = socket.remote_endpoint(failure);
    if (failure) return;  // gone already
    auto stream = state_.tls ? state_.tls->make_stream(std::move(socket)) : make_plain_stream(std::move(socket));
    auto connection = std::make_shared<Connection>(state_, std::move(stream), text_of(peer.address()));
    const auto place = add(connection);
    asio::co_spawn(
        connection->executor(), [connection] { return connection->serve(); },
        [this, connection, place](const std::exception_ptr&) mutable {
          connection.reset();
          remove(place);
        });
  }

  using Connections = std::list<std::weak_ptr<Connection>>;

  Connections::iterator add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    return connections_.insert(connections_.end(), connection);
  }

  void remove(Connections::iterator place) {
    {
      const std::lock_guard lock(mutex_);
      connections_.erase(place);
      changed_.notify_all();
    }
    asio::post(acceptor_.get_executor(), [this] { slot_free_.cancel(); });
  }

  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  void for_each_connection(void (Connection::*action)()) {
    const std::lock_guard lock(mutex_);
    for (const auto& weak : connections_) {
      const auto connection = weak.lock();
      if (!connection) continue;
      asio::post(connection->executor(), [weak, action] {
        if (const auto alive = weak.lock()) ((*alive).*action)();
      });
    }
  }

  /// False when the time is over first.
  bool wait_until_empty(std::optional<std::chrono::milliseconds> time) {
    std::unique_lock lock(mutex_);
    const auto is_empty = [this] { return connections_.empty(); };
    if (time) return changed_.wait_for(lock, *time, is_empty);
    changed_.wait(lock, is_empty);
    return true;
  }

  // Connections use the state and the context: both are declared before, destroyed after everything else.
  asio::io_context io_;
  ServerState state_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  tcp::endpoint endpoint_;
  tcp::acceptor acceptor_;
  asio::steady_timer slot_free_;  ///< cancelled when a connection ends
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Connections connections_;
  std::vector<std::thread> threads_;
};

Server::Server(ServerOptions options, std::vector<const Router*> routers, Log& log)
    : implementation_(std::make_unique<Implementation>(std::move(options), std::move(routers), log)) {}
Server::~Server() = default;

void Server::start() {
  implementation_->start();
}
std::uint16_t Server::port() const {
  return implementation_->port();
}
std::string Server::url() const {
  return implementation_->url();
}
void Server::stop(std::chrono::milliseconds grace) {
  implementation_->stop(grace);
}

}  // namespace strata::http
