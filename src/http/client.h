#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "strata/base/units.h"
#include "strata/http/message.h"

namespace strata::http {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};
  /// Whole exchange; zero: no limit (long transfers, then `idle_timeout` guards).
  std::chrono::milliseconds total_timeout = std::chrono::seconds{30};
  /// A transfer that moves no byte for this long is given up. Whole seconds.
  std::chrono::seconds idle_timeout{60};
  std::string user_agent = "strata";
  std::string unix_socket;  ///< path of a local socket (docker); the URL's host is then only a name
  std::string ca_pem;       ///< trusted certificates as PEM text; empty: the system's
  Bytes max_body = 8_MiB;   ///< of answers kept in memory
  /// Asked with each address ("192.0.2.7", without brackets) before connecting, after name resolution, so that a name
  /// cannot lead to a refused place. Returns why it is refused, or an empty text. Empty function: everything is
  /// allowed.
  std::function<std::string(std::string_view address, std::uint16_t port)> refuse_address;
};

/// A body that is produced while it is sent; its length must be known.
struct Upload {
  BodySource* source = nullptr;  ///< borrowed during the request, read on the calling thread
  std::uint64_t length = 0;
};

struct ClientRequest {
  Method method = Method::kGet;
  std::string url;  ///< http or https, escaped already
  Headers headers;
  std::variant<std::monostate, std::string, Upload> body;
  std::optional<std::chrono::milliseconds> total_timeout;  ///< instead of the client's
  std::optional<Bytes> max_body;
  std::stop_token stop;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Takes a download piece by piece, on the calling thread. Exceptions end the transfer and reach the caller.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  /// Once, before any data. False: the body is kept in the response's `body` instead (an error to be read), up to
  /// `max_body`.
  virtual bool on_response(int status, const Headers& headers) = 0;
  virtual void on_data(std::span<const std::uint8_t> data) = 0;
};

/// A blocking HTTP/1.1 client. Connections are kept and reused. Redirects are not followed, proxies from the
/// environment are not used. Any status is a normal answer; what fails below HTTP is an Error: kTimeout, kCancelled
/// (stop requested), kTooLarge (max_body), kRefused (refuse_address), kInvalid (URL), else kUnavailable. Texts name
/// host and port, never path, query or credentials. Any thread.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  ClientResponse request(const ClientRequest& request);
  ClientResponse download(const ClientRequest& request, ResponseSink& sink);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// For answers of our own servers: throws the Error that the status and the error object ({"errors": [..]} or {"error":
/// ".."}) say. Does nothing below 400.
void throw_if_refused(const ClientResponse& response);

}  // namespace strata::http
