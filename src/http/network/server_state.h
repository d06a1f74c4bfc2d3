#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <vector>

#include "strata/base/log.h"
#include "strata/base/worker_pool.h"
#include "strata/http/network/byte_stream.h"
#include "strata/http/server.h"

namespace strata::http {

/// What all connections of a server share. Outlives them. Private to this room.
struct ServerState {
  ServerState(ServerOptions options_, std::vector<const Router*> routers_, Log& log_)
      : options(std::move(options_)),
        routers(std::move(routers_)),
        log(log_),
        // A connection has at most one task in a pool, so neither queue can fill up and block the network side.
        workers(options.worker_threads, options.max_connections + 1, "http-worker"),
        streams(options.stream_threads, options.max_connections + 1, "http-stream") {
    if (options.tls) tls.emplace(options.tls->certificate_chain, options.tls->private_key.reveal());
  }

  const ServerOptions options;
  const std::vector<const Router*> routers;
  Log& log;
  std::optional<TlsContext> tls;
  std::atomic<bool> is_stopping{false};
  std::stop_source stop;                             ///< what requests see as Request::stop
  std::atomic<std::size_t> requests_in_handlers{0};  ///< running or queued
  WorkerPool workers;
  WorkerPool streams;
};

}  // namespace strata::http
