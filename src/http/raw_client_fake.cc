#include "strata/http/raw_client_fake.h"

#include <array>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::http {
namespace {

constexpr int kPatienceSeconds = 10;

}  // namespace

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw_system_error(errno, "cannot connect to the server under test");
  }
}

RawClient::~RawClient() {
  ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) throw_system_error(errno, "cannot send to the server under test");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawClient::finish() {
  ::shutdown(socket_, SHUT_WR);
}

bool RawClient::fill() {
  std::array<char, 65536> piece{};
  const auto count = ::recv(socket_, piece.data(), piece.size(), 0);
  if (count < 0 && errno == ECONNRESET) was_reset_ = true;
  if (count < 0 && !was_reset_) throw_system_error(errno, "nothing came from the server under test");
  if (count <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_exactly(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) throw Error(ErrorKind::kIo, "the server closed the connection too early");
  }
  auto bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

std::string RawClient::read_until(std::string_view mark) {
  while (buffer_.find(mark) == std::string::npos) {
    if (!fill()) throw Error(ErrorKind::kIo, "the server closed the connection too early; it sent: " + buffer_);
  }
  return read_exactly(buffer_.find(mark) + mark.size());
}

std::string RawClient::read_all() {
  while (fill()) continue;
  return std::exchange(buffer_, {});
}

std::string RawClient::read_response() {
  constexpr std::string_view kLength = "Content-Length: ";
  auto response = read_until("\r\n\r\n");
  const auto at = response.find(kLength);
  if (at == std::string::npos) return response;
  return response + read_exactly(std::stoul(response.substr(at + kLength.size())));
}

}  // namespace strata::http
