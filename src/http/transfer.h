#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include "strata/http/client.h"

namespace strata::http {

/// One curl handle with its connections: used by one request at a time, then reused. Private to this room.
class Lane {
 public:
  Lane();
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  CURL* easy() const { return easy_; }
  CURLM* multi() const { return multi_; }

 private:
  CURL* easy_ = nullptr;
  CURLM* multi_ = nullptr;
};

/// One exchange. Lives on the caller's stack; curl's callbacks come back to it on the same thread.
class Transfer {
 public:
  Transfer(const ClientOptions& options, const ClientRequest& request, ResponseSink& sink);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  ClientResponse run(Lane& lane);

 private:
  void prepare(CURL* easy);
  void prepare_body(CURL* easy);
  void prepare_headers(CURL* easy);
  void prepare_security(CURL* easy);
  CURLcode wait(Lane& lane);
  [[noreturn]] void fail(CURLcode code) const;

  void on_header(std::string_view line);
  void on_data(std::span<const std::uint8_t> data);
  std::size_t on_send(std::span<std::uint8_t> out);
  curl_socket_t on_socket(const curl_sockaddr& address);

  /// Runs a callback's work; an exception is kept for `run` to rethrow, since it cannot pass through curl. False: stop.
  template <class Function>
  bool guarded(Function function) noexcept;

  const ClientOptions& options_;
  const ClientRequest& request_;
  ResponseSink& sink_;
  std::string place_;  ///< "host:port", for error texts
  curl_slist* sent_headers_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};

  ClientResponse response_;
  bool header_complete_ = false;
  bool to_sink_ = false;
  std::uint64_t sent_ = 0;
  std::string refusal_;
  std::exception_ptr exception_;
};

}  // namespace strata::http
