#include "strata/http/network/byte_stream.h"

#include <algorithm>
#include <cstring>

namespace strata::http {

namespace asio = boost::asio;

ByteStream::ByteStream(asio::any_io_executor executor)
    : executor_(std::move(executor)), deadline_(executor_, [this] { close(); }) {}

asio::awaitable<std::size_t> ByteStream::read_some(std::span<std::uint8_t> into) {
  if (put_back_.empty()) co_return co_await read_from_socket(into);
  const auto count = std::min(into.size(), put_back_.size());
  std::memcpy(into.data(), put_back_.data(), count);
  put_back_.erase(0, count);
  co_return count;
}

asio::awaitable<void> ByteStream::write(std::span<const std::uint8_t> from, std::chrono::milliseconds patience) {
  while (!from.empty()) {
    deadline_.set(patience);
    const auto count = co_await write_some(from);
    from = from.subspan(count);
  }
  deadline_.clear();
}

void ByteStream::close() {
  boost::system::error_code ignored;  // ending a connection that is gone already is no news
  socket().shutdown(asio::socket_base::shutdown_both, ignored);
  socket().cancel(ignored);
}

void ByteStream::abort() {
  boost::system::error_code ignored;
  socket().set_option(asio::socket_base::linger(true, 0), ignored);
  socket().close(ignored);
}

void ByteStream::put_back(std::string bytes) {
  put_back_.insert(0, bytes);
}

}  // namespace strata::http
