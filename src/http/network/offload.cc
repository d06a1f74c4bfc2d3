#include "strata/http/network/offload.h"

#include <exception>
#include <memory>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace strata::http {

namespace asio = boost::asio;

asio::awaitable<void> offload(WorkerPool& pool, std::function<void()> work) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::exception_ptr exception;
  auto start = [&](auto handler) {
    // std::function wants copies; the coroutine's handler can only move.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    pool.post([&exception, &work, executor, resume, busy = asio::make_work_guard(executor)] {
      try {
        work();
      } catch (...) {
        exception = std::current_exception();
      }
      asio::post(executor, [resume] { std::move (*resume)(); });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
  if (exception) std::rethrow_exception(exception);
}

}  // namespace strata::http
