#include "strata/http/network/websocket_outbox.h"

namespace strata::http {
namespace {

/// A control frame holds 125 bytes, two of them the code (RFC 6455 5.5).
constexpr std::size_t kMaxReason = 123;

}  // namespace

WebSocketOutbox::WebSocketOutbox(const WebSocketOptions& options, std::function<void()> wake)
    : options_(options), wake_(std::move(wake)) {}

bool WebSocketOutbox::send(std::string text) {
  const std::lock_guard lock(mutex_);
  if (!wake_ || close_code_) return false;
  if (queue_.size() >= options_.max_queued || queued_bytes_ + text.size() > options_.max_queued_bytes) {
    queue_.clear();
    queued_bytes_ = 0;
    close_locked(1008, "messages are not read fast enough");
    return false;
  }
  queued_bytes_ += text.size();
  queue_.push_back(std::move(text));
  wake_();
  return true;
}

void WebSocketOutbox::close(std::uint16_t code, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  if (wake_ && !close_code_) close_locked(code, reason);
}

void WebSocketOutbox::close_locked(std::uint16_t code, std::string_view reason) {
  close_code_ = code;
  close_ = Close{code, std::string(reason.substr(0, kMaxReason))};
  wake_();
}

std::optional<std::string> WebSocketOutbox::take() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  auto text = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= text.size();
  return text;
}

std::optional<WebSocketOutbox::Close> WebSocketOutbox::take_close() {
  const std::lock_guard lock(mutex_);
  if (!queue_.empty()) return std::nullopt;
  return std::exchange(close_, std::nullopt);
}

std::optional<std::uint16_t> WebSocketOutbox::close_code() const {
  const std::lock_guard lock(mutex_);
  return close_code_;
}

void WebSocketOutbox::detach() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  queue_.clear();
}

bool WebSocketOutbox::is_detached() const {
  const std::lock_guard lock(mutex_);
  return !wake_;
}

}  // namespace strata::http
