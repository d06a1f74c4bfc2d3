#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "strata/http/network/byte_stream.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(tcp::socket socket) : ByteStream(socket.get_executor()), socket_(std::move(socket)) {}

  asio::awaitable<void> handshake() override { co_return; }

  asio::awaitable<std::size_t> write_some(std::span<const std::uint8_t> from) override {
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const auto count = co_await socket_.async_write_some(asio::buffer(from.data(), from.size()), token);
    if (failure) throw Disconnected(failure.message());
    co_return count;
  }

  asio::awaitable<void> shutdown() override {
    boost::system::error_code ignored;  // the peer may be gone, which is what we want
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

  bool is_plain() const override { return true; }
  tcp::socket& socket() override { return socket_; }

 private:
  asio::awaitable<std::size_t> read_from_socket(std::span<std::uint8_t> into) override {
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const auto count = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), token);
    if (failure == asio::error::eof) co_return 0;
    if (failure) throw Disconnected(failure.message());
    co_return count;
  }

  tcp::socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> make_plain_stream(tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace strata::http
