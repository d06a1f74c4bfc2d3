#include "strata/http/network/request_reader.h"

#include <algorithm>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "strata/base/encoding.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace grammar = boost::beast::http;

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::string_view view(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.cdata().data()), buffer.size()};
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// RFC 9112 6: exactly one way to tell the length, or none.
void check_body_length(const RequestHead& head) {
  const auto codings = head.headers.all("Transfer-Encoding");
  const auto lengths = head.headers.all("Content-Length");
  const bool has_fault = codings.size() + lengths.size() > 1 || (!lengths.empty() && !is_all_digits(lengths.front())) ||
                         (!codings.empty() && !head.is_http_1_1);
  if (has_fault) throw BadRequest(400, "the length of the body is ambiguous");
  if (!codings.empty() && !equal_without_case(codings.front(), "chunked")) {
    throw BadRequest(501, "this transfer encoding is not supported");
  }
}

void check_host(const RequestHead& head) {
  const auto count = head.headers.all("Host").size();
  if (count > 1 || (count == 0 && head.is_http_1_1)) throw BadRequest(400, "one Host header is needed");
}

bool has_token(const Headers& headers, std::string_view name, std::string_view token) {
  for (std::string_view value : headers.all(name)) {
    if (grammar::token_list(value).exists(token)) return true;
  }
  return false;
}

BadRequest to_fault(const boost::system::error_code& failure) {
  if (failure == grammar::error::body_limit || failure == grammar::error::buffer_overflow) {
    return {413, "the body is too large"};
  }
  if (failure == grammar::error::header_limit) return {431, "the header is too large"};
  if (failure == grammar::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  return {400, "the request is malformed: " + failure.message()};
}

}  // namespace

struct RequestReader::Implementation {
  Implementation(ByteStream& stream_, const ServerOptions& options_)
      : stream(stream_), options(options_), buffer(options_.header_limit + 4 * kReadSize) {}

  ByteStream& stream;
  const ServerOptions& options;
  beast::flat_buffer buffer;
  std::optional<grammar::request_parser<grammar::string_body>> parser;
  bool expects_continue = false;
};

RequestReader::RequestReader(ByteStream& stream, const ServerOptions& options)
    : implementation_(std::make_unique<Implementation>(stream, options)) {}
RequestReader::~RequestReader() = default;

asio::awaitable<bool> RequestReader::fill() {
  auto& buffer = implementation_->buffer;
  const auto room = std::min(kReadSize, buffer.max_size() - buffer.size());
  if (room == 0) throw BadRequest(400, "the request is malformed: a part of it is too long");
  const auto space = buffer.prepare(room);
  const std::span<std::uint8_t> into{static_cast<std::uint8_t*>(space.data()), space.size()};
  const auto count = co_await implementation_->stream.read_some(into);
  buffer.commit(count);
  co_return count != 0;
}

asio::awaitable<bool> RequestReader::wait_for_request() {
  auto& buffer = implementation_->buffer;
  while (true) {
    // RFC 9112 2.2: empty lines before a request are skipped.
    while (view(buffer).starts_with("\r\n")) buffer.consume(2);
    if (!view(buffer).empty() && view(buffer) != "\r") co_return true;
    const bool more = co_await fill();
    if (!more) co_return false;
  }
}

asio::awaitable<void> RequestReader::wait_for_end_of_head() {
  auto& buffer = implementation_->buffer;
  std::size_t searched = 0;
  while (true) {
    const auto end = view(buffer).find(kEndOfHead, searched);
    const auto size = end == std::string_view::npos ? buffer.size() : end;
    if (size > implementation_->options.header_limit) throw BadRequest(431, "the header is too large");
    if (end != std::string_view::npos) co_return;
    searched = buffer.size() < kEndOfHead.size() ? 0 : buffer.size() - kEndOfHead.size() + 1;
    const bool more = co_await fill();
    if (!more) throw Disconnected("the client left in the middle of a header");
  }
}

asio::awaitable<RequestHead> RequestReader::read_head() {
  implementation_->stream.deadline().set(implementation_->options.header_timeout);
  co_await wait_for_end_of_head();
  implementation_->stream.deadline().clear();
  co_return parse_head();
}

RequestHead RequestReader::parse_head() {
  auto& [stream, options, buffer, parser, expects_continue] = *implementation_;
  parser.emplace();
  parser->eager(false);
  parser->body_limit(boost::none);  // the route's limit is applied when it is known
  parser->header_limit(static_cast<std::uint32_t>(options.header_limit + kEndOfHead.size()));
  boost::system::error_code failure;
  buffer.consume(parser->put(buffer.cdata(), failure));
  if (failure && failure != grammar::error::need_more) throw to_fault(failure);
  if (!parser->is_header_done()) throw BadRequest(400, "the request is malformed");

  const auto& message = parser->get();
  RequestHead head;
  head.method = parse_method(std::string_view(message.method_string()));
  head.target = std::string(message.target());
  head.is_http_1_1 = message.version() >= 11;
  for (const auto& field : message) {
    if (head.headers.size() == options.header_count_limit) throw BadRequest(431, "there are too many header fields");
    head.headers.add(std::string_view(field.name_string()), std::string_view(field.value()));
  }
  check_host(head);
  check_body_length(head);
  head.keep_alive = parser->keep_alive();
  head.has_body = !parser->is_done();
  head.wants_websocket =
      has_token(head.headers, "Connection", "upgrade") && has_token(head.headers, "Upgrade", "websocket");
  const auto expectation = head.headers.get("Expect");
  expects_continue = head.is_http_1_1 && equal_without_case(expectation, "100-continue");
  if (!expectation.empty() && head.is_http_1_1 && !expects_continue) {
    throw BadRequest(417, "this expectation cannot be met");
  }
  return head;
}

asio::awaitable<std::string> RequestReader::read_body(Bytes limit) {
  auto& [stream, options, buffer, parser, expects_continue] = *implementation_;
  if (parser->is_done()) co_return std::string();
  if (parser->content_length().value_or(0) > limit) throw to_fault(grammar::error::body_limit);
  if (expects_continue && buffer.size() == 0) {
    co_await stream.write(as_bytes("HTTP/1.1 100 Continue\r\n\r\n"), options.write_timeout);
  }
  stream.deadline().set(options.body_timeout);
  parser->body_limit(limit);
  parser->eager(true);
  while (!parser->is_done()) {
    boost::system::error_code failure;
    buffer.consume(parser->put(buffer.cdata(), failure));
    if (failure && failure != grammar::error::need_more) throw to_fault(failure);
    if (parser->is_done()) break;
    const bool more = co_await fill();
    if (!more) throw Disconnected("the client left in the middle of a body");
  }
  stream.deadline().clear();
  co_return std::move(parser->get().body());
}

std::string RequestReader::take_rest() {
  std::string rest(view(implementation_->buffer));
  implementation_->buffer.consume(rest.size());
  return rest;
}

}  // namespace strata::http
