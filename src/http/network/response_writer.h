#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "strata/base/worker_pool.h"
#include "strata/http/network/byte_stream.h"
#include "strata/http/server.h"

namespace strata::http {

/// What the request says about how its answer is framed.
struct Framing {
  bool is_http_1_1 = true;
  bool keep_alive = true;
  bool head_only = false;
};

/// Sends one answer; one object per answer. Files and streams are read on `pool`. Private to this room.
class ResponseWriter {
 public:
  ResponseWriter(ByteStream& stream, WorkerPool& pool, std::chrono::milliseconds patience)
      : stream_(stream), pool_(pool), patience_(patience) {}

  /// Returns the bytes of the body. `framing.keep_alive` becomes false when this answer can only end with the
  /// connection. Throws Disconnected when the client is gone; any other exception says that the body could not be
  /// produced. After it either `has_begun()` is false and another answer can be sent, or the connection was reset.
  boost::asio::awaitable<std::uint64_t> write(Response response, Framing& framing);

  bool has_begun() const { return has_begun_; }

 private:
  boost::asio::awaitable<std::uint64_t> write_text(std::string head, std::string_view body);
  boost::asio::awaitable<std::uint64_t> write_file(std::string_view head, const FileSlice& file);
  boost::asio::awaitable<void> send_file(const FileSlice& file);
  boost::asio::awaitable<void> copy_file(const FileSlice& file);
  boost::asio::awaitable<std::uint64_t> write_stream(std::string_view head, Stream& stream, bool chunked);
  boost::asio::awaitable<std::uint64_t> copy_stream(std::string_view head, Stream& stream, bool chunked);
  boost::asio::awaitable<void> begin(std::string_view bytes);

  ByteStream& stream_;
  WorkerPool& pool_;
  const std::chrono::milliseconds patience_;
  bool has_begun_ = false;
};

/// Status line and fields, with Date, framing fields and without what a handler must not set.
std::string format_head(const Response& response, const Framing& framing, std::int64_t now_seconds);

}  // namespace strata::http
