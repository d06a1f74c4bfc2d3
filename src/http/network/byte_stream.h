#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "strata/http/network/deadline.h"

namespace strata::http {

/// The other side went away or stayed silent too long: nobody is left to be told.
class Disconnected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One accepted connection, TLS or not: the one place where the two differ, so that everything above is compiled once.
/// All calls on the connection's executor; one read and one write may be under way at a time. Private to this room.
class ByteStream {
 public:
  explicit ByteStream(boost::asio::any_io_executor executor);
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Throws Disconnected.
  virtual boost::asio::awaitable<void> handshake() = 0;

  /// At least one byte, or 0 at the orderly end. Throws Disconnected.
  boost::asio::awaitable<std::size_t> read_some(std::span<std::uint8_t> into);

  /// At least one byte. Throws Disconnected.
  virtual boost::asio::awaitable<std::size_t> write_some(std::span<const std::uint8_t> from) = 0;

  /// Everything; each step of progress gets `patience`.
  boost::asio::awaitable<void> write(std::span<const std::uint8_t> from, std::chrono::milliseconds patience);

  /// Says that no more will be sent.
  virtual boost::asio::awaitable<void> shutdown() = 0;

  /// True when bytes may be put on the socket directly (sendfile).
  virtual bool is_plain() const = 0;

  virtual boost::asio::ip::tcp::socket& socket() = 0;

  /// Ends the connection and what waits for it. The descriptor stays open until destruction: a worker thread may be
  /// using its number (sendfile).
  void close();
  /// Ends it with a reset, so that the peer cannot mistake it for a complete answer. Only while nothing else uses the
  /// socket.
  void abort();

  /// Bytes that were read too far; the next read_some gives them first.
  void put_back(std::string bytes);

  /// Closes the stream when it expires.
  Deadline& deadline() { return deadline_; }
  const boost::asio::any_io_executor& executor() const { return executor_; }

 private:
  virtual boost::asio::awaitable<std::size_t> read_from_socket(std::span<std::uint8_t> into) = 0;

  boost::asio::any_io_executor executor_;
  Deadline deadline_;
  std::string put_back_;
};

std::unique_ptr<ByteStream> make_plain_stream(boost::asio::ip::tcp::socket socket);

/// Keys and protocol settings for `make_tls_stream`; outlives its streams.
class TlsContext {
 public:
  /// PEM texts. Error(kInvalid) when they do not fit together.
  TlsContext(const std::string& certificate_chain, const std::string& private_key);
  ~TlsContext();
  std::unique_ptr<ByteStream> make_stream(boost::asio::ip::tcp::socket socket);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::http
