#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "strata/base/error.h"
#include "strata/http/network/byte_stream.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;

class TlsStream final : public ByteStream {
 public:
  TlsStream(tcp::socket socket, ssl::context& context)
      : ByteStream(socket.get_executor()), stream_(std::move(socket), context) {}

  asio::awaitable<void> handshake() override {
    boost::system::error_code failure;
    co_await stream_.async_handshake(ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) throw Disconnected(failure.message());
  }

  asio::awaitable<std::size_t> write_some(std::span<const std::uint8_t> from) override {
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const auto count = co_await stream_.async_write_some(asio::buffer(from.data(), from.size()), token);
    if (failure) throw Disconnected(failure.message());
    co_return count;
  }

  asio::awaitable<void> shutdown() override {
    boost::system::error_code ignored;  // many clients never answer close_notify
    co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  }

  bool is_plain() const override { return false; }
  tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  asio::awaitable<std::size_t> read_from_socket(std::span<std::uint8_t> into) override {
    boost::system::error_code failure;
    auto token = asio::redirect_error(asio::use_awaitable, failure);
    const auto count = co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), token);
    if (failure == asio::error::eof || failure == ssl::error::stream_truncated) co_return 0;
    if (failure) throw Disconnected(failure.message());
    co_return count;
  }

  ssl::stream<tcp::socket> stream_;
};

[[noreturn]] void refuse_certificate(const boost::system::system_error& failure) {
  throw Error(ErrorKind::kInvalid,
              std::string("the TLS certificate or its key cannot be used: ") + failure.code().message());
}

}  // namespace

struct TlsContext::Implementation {
  ssl::context context{ssl::context::tls_server};
};

TlsContext::TlsContext(const std::string& certificate_chain, const std::string& private_key)
    : implementation_(std::make_unique<Implementation>()) {
  auto& context = implementation_->context;
  try {
    context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                        ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression);
    context.use_certificate_chain(asio::buffer(certificate_chain));
    context.use_private_key(asio::buffer(private_key), ssl::context::pem);
  } catch (const boost::system::system_error& failure) {
    refuse_certificate(failure);
  }
}

TlsContext::~TlsContext() = default;

std::unique_ptr<ByteStream> TlsContext::make_stream(tcp::socket socket) {
  return std::make_unique<TlsStream>(std::move(socket), implementation_->context);
}

}  // namespace strata::http
