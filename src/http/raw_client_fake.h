#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::http {

/// A TCP connection to this machine that sends exactly the given bytes: for what a proper client never does. Reading
/// gives up after ten seconds with an Error, so that a broken server fails a test instead of hanging it.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  /// Sends no more; what the server says can still be read.
  void finish();

  std::string read_exactly(std::size_t count);
  /// Up to and with `mark`.
  std::string read_until(std::string_view mark);
  /// Until the server closes. `was_reset` says whether it did so with a reset.
  std::string read_all();
  bool was_reset() const { return was_reset_; }

  /// One answer with a Content-Length body, head included.
  std::string read_response();

 private:
  /// False at the end.
  bool fill();
  int socket_ = -1;
  std::string buffer_;
  bool was_reset_ = false;
};

}  // namespace strata::http
