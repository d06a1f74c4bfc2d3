#include "strata/http/transfer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::http {
namespace {

constexpr long kReceiveBuffer = 256 * 1024;
constexpr long kSendBuffer = 256 * 1024;
/// Stop requests wake the poll at once; this only bounds the damage should a wake-up get lost.
constexpr int kPollMilliseconds = 1000;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const auto code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw Error(code == CURLE_OUT_OF_MEMORY ? ErrorKind::kUnavailable : ErrorKind::kInternal,
              fmt::format("cannot prepare a request: {}", curl_easy_strerror(code)));
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// "host:port" of a URL: all of it that an error text may show.
std::string place_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    throw Error(ErrorKind::kInvalid, "the address of the request is not a URL");
  }
  const auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    throw Error(ErrorKind::kInvalid, "only http and https addresses can be requested");
  }
  return part_of(parsed.get(), CURLUPART_HOST) + ":" + part_of(parsed.get(), CURLUPART_PORT);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

/// The certificate's fault, for instance, is worth more than "peer failed verification".
bool is_tls_failure(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
}

}  // namespace

Lane::Lane() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;  // once per process, thread-safe
  if (ready) easy_ = curl_easy_init();
  if (ready) multi_ = curl_multi_init();
  if (easy_ != nullptr && multi_ != nullptr) return;
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
  throw Error(ErrorKind::kUnavailable, "cannot set up an HTTP connection: out of memory");
}

Lane::~Lane() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

Transfer::Transfer(const ClientOptions& options, const ClientRequest& request, ResponseSink& sink)
    : options_(options), request_(request), sink_(sink), place_(place_of(request.url)) {}

Transfer::~Transfer() {
  curl_slist_free_all(sent_headers_);
}

ClientResponse Transfer::run(Lane& lane) {
  if (request_.stop.stop_requested()) throw Error(ErrorKind::kCancelled, "cancelled");
  curl_easy_reset(lane.easy());
  prepare(lane.easy());
  const auto code = wait(lane);
  if (exception_) std::rethrow_exception(exception_);
  if (request_.stop.stop_requested() && code != CURLE_OK) throw Error(ErrorKind::kCancelled, "cancelled");
  if (code != CURLE_OK) fail(code);
  return std::move(response_);
}

void Transfer::prepare(CURL* easy) {
  set(easy, CURLOPT_URL, request_.url.c_str());
  set(easy, CURLOPT_ERRORBUFFER, error_text_);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(easy, CURLOPT_PATH_AS_IS, 1L);  // signed URLs must arrive as they were signed
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.value_or(options_.total_timeout).count()));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.idle_timeout.count()));
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  if (!options_.unix_socket.empty()) set(easy, CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket.c_str());
  prepare_security(easy);
  prepare_body(easy);
  prepare_headers(easy);

  curl_write_callback header = [](char* data, std::size_t, std::size_t size, void* self) -> std::size_t {
    auto* transfer = static_cast<Transfer*>(self);
    return transfer->guarded([&] { transfer->on_header({data, size}); }) ? size : 0;
  };
  set(easy, CURLOPT_HEADERFUNCTION, header);
  set(easy, CURLOPT_HEADERDATA, this);
  curl_write_callback write = [](char* data, std::size_t, std::size_t size, void* self) -> std::size_t {
    auto* transfer = static_cast<Transfer*>(self);
    return transfer->guarded([&] { transfer->on_data(as_bytes({data, size})); }) ? size : 0;
  };
  set(easy, CURLOPT_WRITEFUNCTION, write);
  set(easy, CURLOPT_WRITEDATA, this);
}

void Transfer::prepare_security(CURL* easy) {
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PROXY, "");  // an inherited environment must not redirect credentials
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_pem.empty()) {
    curl_blob blob{const_cast<char*>(options_.ca_pem.data()), options_.ca_pem.size(), CURL_BLOB_COPY};
    set(easy, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!options_.refuse_address) return;
  curl_opensocket_callback open = [](void* self, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
    auto* transfer = static_cast<Transfer*>(self);
    curl_socket_t socket = CURL_SOCKET_BAD;
    transfer->guarded([&] { socket = transfer->on_socket(*address); });
    return socket;
  };
  set(easy, CURLOPT_OPENSOCKETFUNCTION, open);
  set(easy, CURLOPT_OPENSOCKETDATA, this);
}

void Transfer::prepare_body(CURL* easy) {
  if (request_.method == Method::kHead) set(easy, CURLOPT_NOBODY, 1L);
  const auto* text = std::get_if<std::string>(&request_.body);
  const auto* upload = std::get_if<Upload>(&request_.body);
  const bool has_body_by_nature =
      request_.method == Method::kPost || request_.method == Method::kPut || request_.method == Method::kPatch;
  if (upload != nullptr) {
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(upload->length));
    curl_read_callback read = [](char* out, std::size_t, std::size_t size, void* self) -> std::size_t {
      auto* transfer = static_cast<Transfer*>(self);
      std::size_t count = 0;
      const std::span<std::uint8_t> span{reinterpret_cast<std::uint8_t*>(out), size};
      return transfer->guarded([&] { count = transfer->on_send(span); }) ? count : CURL_READFUNC_ABORT;
    };
    set(easy, CURLOPT_READFUNCTION, read);
    set(easy, CURLOPT_READDATA, this);
  } else if (text != nullptr || has_body_by_nature) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text == nullptr ? 0 : text->size()));
    set(easy, CURLOPT_POSTFIELDS, text == nullptr ? "" : text->data());
  }
  if (request_.method != Method::kHead) {
    set(easy, CURLOPT_CUSTOMREQUEST, std::string(to_string(request_.method)).c_str());
  }
}

void Transfer::prepare_headers(CURL* easy) {
  const auto append = [&](const std::string& line) {
    auto* extended = curl_slist_append(sent_headers_, line.c_str());
    if (extended == nullptr) throw Error(ErrorKind::kUnavailable, "cannot prepare a request: out of memory");
    sent_headers_ = extended;
  };
  for (const auto& [name, value] : request_.headers) append(value.empty() ? name + ";" : name + ": " + value);
  // curl would call any body a form, and wait a second for "100 Continue" before bodies we hold in memory.
  if (!request_.headers.has("Content-Type")) append("Content-Type:");
  if (!std::holds_alternative<Upload>(request_.body)) append("Expect:");
  set(easy, CURLOPT_HTTPHEADER, sent_headers_);
}

CURLcode Transfer::wait(Lane& lane) {
  if (curl_multi_add_handle(lane.multi(), lane.easy()) != CURLM_OK) return CURLE_FAILED_INIT;
  struct Detach {
    Lane& lane;
    ~Detach() { curl_multi_remove_handle(lane.multi(), lane.easy()); }
  } const detach{lane};
  const std::stop_callback wake(request_.stop, [&] { curl_multi_wakeup(lane.multi()); });

  while (true) {
    int running = 0;
    if (curl_multi_perform(lane.multi(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    int pending = 0;
    const auto* message = curl_multi_info_read(lane.multi(), &pending);
    if (message != nullptr && message->msg == CURLMSG_DONE) return message->data.result;
    if (request_.stop.stop_requested()) return CURLE_ABORTED_BY_CALLBACK;
    if (curl_multi_poll(lane.multi(), nullptr, 0, kPollMilliseconds, nullptr) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  }
}

void Transfer::fail(CURLcode code) const {
  if (!refusal_.empty()) throw Error(ErrorKind::kRefused, refusal_);
  if (code == CURLE_OPERATION_TIMEDOUT) {
    throw Error(ErrorKind::kTimeout, fmt::format("{} did not answer in time", place_));
  }
  std::string reason = curl_easy_strerror(code);
  if (is_tls_failure(code) && error_text_[0] != '\0') reason = error_text_;
  throw Error(ErrorKind::kUnavailable, fmt::format("cannot talk to {}: {}", place_, reason));
}

void Transfer::on_header(std::string_view line) {
  if (header_complete_) return;  // trailers
  if (line.starts_with("HTTP/")) {
    response_.headers = {};
    const auto space = line.find(' ');
    const auto digits = line.substr(std::min(space + 1, line.size()), 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), response_.status);
    return;
  }
  line = trim(line);
  if (line.empty()) {
    if (response_.status < 200) return;  // an interim answer, the real one follows
    header_complete_ = true;
    to_sink_ = sink_.on_response(response_.status, response_.headers);
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (Headers::is_valid(name, value)) response_.headers.add(name, value);
}

void Transfer::on_data(std::span<const std::uint8_t> data) {
  if (to_sink_) return sink_.on_data(data);
  const auto limit = request_.max_body.value_or(options_.max_body);
  if (response_.body.size() + data.size() > limit) {
    throw Error(ErrorKind::kTooLarge, fmt::format("the answer of {} is larger than {}", place_, human_bytes(limit)));
  }
  response_.body += as_text(data);
}

std::size_t Transfer::on_send(std::span<std::uint8_t> out) {
  const auto& upload = std::get<Upload>(request_.body);
  const auto left = upload.length - sent_;
  const auto count = upload.source->read(out.first(std::min<std::uint64_t>(out.size(), left)));
  sent_ += count;
  if (count == 0 && left != 0) throw Error(ErrorKind::kIo, "the data to send ended before its announced length");
  return count;
}

curl_socket_t Transfer::on_socket(const curl_sockaddr& address) {
  if (address.family == AF_INET || address.family == AF_INET6) {
    char host[NI_MAXHOST] = {};
    char port[NI_MAXSERV] = {};
    if (getnameinfo(&address.addr, address.addrlen, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
      return CURL_SOCKET_BAD;
    }
    std::uint16_t number = 0;
    const std::string_view digits(port);
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    constexpr std::string_view kMapped = "::ffff:";  // IPv4 in an IPv6 coat
    std::string_view text(host);
    if (text.starts_with(kMapped) && text.find('.') != std::string_view::npos) text.remove_prefix(kMapped.size());
    auto reason = options_.refuse_address(text, number);
    if (!reason.empty()) {
      refusal_ = std::move(reason);
      return CURL_SOCKET_BAD;
    }
  }
  return ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

template <class Function>
bool Transfer::guarded(Function function) noexcept {
  try {
    function();
    return true;
  } catch (...) {
    exception_ = std::current_exception();
    return false;
  }
}

}  // namespace strata::http
