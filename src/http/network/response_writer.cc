#include "strata/http/network/response_writer.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/http/network/offload.h"
#include "strata/http/status.h"

namespace strata::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kPiece = 256 * 1024;
/// "40000\r\n", the longest size line of a piece.
constexpr std::size_t kChunkSizeRoom = 7;
/// One visit to the worker pool sends at most this much, so that many downloads share its threads fairly.
constexpr std::size_t kSendfileTurn = 4 * 1024 * 1024;
/// A small body travels with its head in one packet.
constexpr std::size_t kJoinLimit = 16 * 1024;

bool has_no_body(int status) {
  return status == 204 || status == 304 || status < 200;
}

std::optional<std::uint64_t> body_length(const Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* file = std::get_if<FileSlice>(&body)) return file->length;
  return std::get<Stream>(body).length;
}

bool is_chunked(const Response& response, const Framing& framing) {
  return framing.is_http_1_1 && !has_no_body(response.status) && !body_length(response.body);
}

/// sendfile has no flag against SIGPIPE; the signal of this thread is switched off instead (EPIPE tells as much).
void block_broken_pipe_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// Sends until the socket is full, the turn or the file is over. Returns the new offset.
std::uint64_t send_turn(int socket, int file, std::uint64_t offset, std::uint64_t end) {
  block_broken_pipe_signal();
  const auto stop = std::min<std::uint64_t>(end, offset + kSendfileTurn);
  while (offset < stop) {
    auto position = static_cast<off_t>(offset);
    const auto count = ::sendfile(socket, file, &position, stop - offset);
    if (count == 0) throw Error(ErrorKind::kIo, "a file became shorter while it was sent");
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0 && (errno == EPIPE || errno == ECONNRESET)) throw Disconnected("the client left");
    if (count < 0 && errno != EINTR) throw_system_error(errno, "cannot send a file");
    if (count > 0) offset += static_cast<std::uint64_t>(count);
  }
  return offset;
}

/// Puts size line and line end around the `count` bytes that stand at kChunkSizeRoom.
std::span<const std::uint8_t> frame_chunk(std::vector<std::uint8_t>& buffer, std::size_t count) {
  const auto line = fmt::format("{:x}\r\n", count);
  const auto begin = kChunkSizeRoom - line.size();
  std::copy(line.begin(), line.end(), buffer.begin() + static_cast<std::ptrdiff_t>(begin));
  buffer[kChunkSizeRoom + count] = '\r';
  buffer[kChunkSizeRoom + count + 1] = '\n';
  return std::span<const std::uint8_t>(buffer).subspan(begin, line.size() + count + 2);
}

std::size_t read_at(int file, std::span<std::uint8_t> into, std::uint64_t offset) {
  while (true) {
    const auto count = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) throw Error(ErrorKind::kIo, "a file became shorter while it was sent");
    if (errno != EINTR) throw_system_error(errno, "cannot read a file");
  }
}

}  // namespace

std::string format_head(const Response& response, const Framing& framing, std::int64_t now_seconds) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  const auto add = [&](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  add("Date", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(now_seconds))));
  for (const auto& [name, value] : response.headers) {
    // How a message is framed is decided here alone.
    const bool is_ours = equal_without_case(name, "Content-Length") || equal_without_case(name, "Transfer-Encoding") ||
                         equal_without_case(name, "Connection") || equal_without_case(name, "Date");
    if (!is_ours) add(name, value);
  }
  if (is_chunked(response, framing)) {
    add("Transfer-Encoding", "chunked");
  } else if (const auto length = body_length(response.body); length && !has_no_body(response.status)) {
    add("Content-Length", std::to_string(*length));
  }
  if (!framing.keep_alive) {
    add("Connection", "close");
  } else if (!framing.is_http_1_1) {
    add("Connection", "keep-alive");
  }
  return head + "\r\n";
}

asio::awaitable<std::uint64_t> ResponseWriter::write(Response response, Framing& framing) {
  const bool chunked = is_chunked(response, framing);
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
  if (!chunked && !body_length(response.body)) framing.keep_alive = false;
  auto head = format_head(response, framing, std::time(nullptr));
  const bool head_only = framing.head_only || has_no_body(response.status);

  if (auto* stream = std::get_if<Stream>(&response.body)) {
    if (!head_only) co_return co_await write_stream(head, *stream, chunked);
    // A source may stop threads when it goes: not here, on the network side.
    auto discard = [stream] { stream->source.reset(); };
    co_await offload(pool_, discard);
  }
  if (head_only) {
    co_await begin(head);
    co_return 0;
  }
  if (const auto* file = std::get_if<FileSlice>(&response.body)) co_return co_await write_file(head, *file);
  co_return co_await write_text(std::move(head), std::get<std::string>(response.body));
}

asio::awaitable<void> ResponseWriter::begin(std::string_view bytes) {
  has_begun_ = true;
  co_await stream_.write(as_bytes(bytes), patience_);
}

asio::awaitable<std::uint64_t> ResponseWriter::write_text(std::string head, std::string_view body) {
  const bool joined = body.size() <= kJoinLimit;
  if (joined) head.append(body);
  co_await begin(head);
  if (!joined) co_await stream_.write(as_bytes(body), patience_);
  co_return body.size();
}

asio::awaitable<std::uint64_t> ResponseWriter::write_file(std::string_view head, const FileSlice& file) {
  co_await begin(head);
  std::exception_ptr failure;
  try {
    if (stream_.is_plain()) {
      co_await send_file(file);
    } else {
      co_await copy_file(file);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    stream_.abort();
    std::rethrow_exception(failure);
  }
  co_return file.length;
}

asio::awaitable<void> ResponseWriter::send_file(const FileSlice& file) {
  auto& socket = stream_.socket();
  socket.native_non_blocking(true);
  const int descriptor = socket.native_handle();
  const auto end = file.offset + file.length;
  auto offset = file.offset;
  while (offset < end) {
    const auto before = offset;
    auto turn = [&] { offset = send_turn(descriptor, file.descriptor, offset, end); };
    co_await offload(pool_, turn);
    if (offset == end || offset - before == kSendfileTurn) continue;
    stream_.deadline().set(patience_);
    boost::system::error_code failure;
    co_await socket.async_wait(tcp::socket::wait_write, asio::redirect_error(asio::use_awaitable, failure));
    stream_.deadline().clear();
    if (failure) throw Disconnected(failure.message());
  }
}

asio::awaitable<void> ResponseWriter::copy_file(const FileSlice& file) {
  std::vector<std::uint8_t> piece(std::min<std::uint64_t>(kPiece, file.length));
  std::uint64_t sent = 0;
  while (sent < file.length) {
    std::span<std::uint8_t> into(piece.data(), std::min<std::uint64_t>(piece.size(), file.length - sent));
    auto read = [&] { into = into.first(read_at(file.descriptor, into, file.offset + sent)); };
    co_await offload(pool_, read);
    co_await stream_.write(into, patience_);
    sent += into.size();
  }
}

asio::awaitable<std::uint64_t> ResponseWriter::write_stream(std::string_view head, Stream& stream, bool chunked) {
  std::exception_ptr failure;
  std::uint64_t sent = 0;
  try {
    sent = co_await copy_stream(head, stream, chunked);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && has_begun_) stream_.abort();
  auto discard = [&stream] { stream.source.reset(); };
  co_await offload(pool_, discard);
  if (failure) std::rethrow_exception(failure);
  co_return sent;
}

asio::awaitable<std::uint64_t> ResponseWriter::copy_stream(std::string_view head, Stream& stream, bool chunked) {
  // One buffer holds size line, data and line end of a chunk.
  std::vector<std::uint8_t> buffer(kChunkSizeRoom + kPiece + 2);
  std::uint64_t sent = 0;
  bool more = true;
  while (more) {
    std::span<std::uint8_t> piece(buffer.data() + kChunkSizeRoom, kPiece);
    if (stream.length) piece = piece.first(std::min<std::uint64_t>(piece.size(), *stream.length - sent));
    std::size_t count = 0;
    auto read = [&] { count = piece.empty() ? 0 : stream.source->read(piece); };
    co_await offload(pool_, read);
    // The head waits for the first bytes: a source that fails at once is then answered with a proper refusal.
    if (!has_begun_) co_await begin(head);
    more = count != 0;
    sent += count;
    if (more) co_await stream_.write(chunked ? frame_chunk(buffer, count) : piece.first(count), patience_);
  }
  if (stream.length && sent != *stream.length) {
    throw Error(ErrorKind::kIo, "a download ended before its announced length");
  }
  if (chunked) co_await stream_.write(as_bytes("0\r\n\r\n"), patience_);
  co_return sent;
}

}  // namespace strata::http
