#pragma once

#include <functional>

#include <boost/asio/awaitable.hpp>

#include "strata/base/worker_pool.h"

namespace strata::http {

/// Runs blocking `work` on the pool while the coroutine waits; what it throws is thrown here. What `work` refers to
/// must stay alive in the coroutine. Private to this room.
boost::asio::awaitable<void> offload(WorkerPool& pool, std::function<void()> work);

}  // namespace strata::http
