#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "strata/http/websocket.h"
#include "strata/wings/wings.h"
#include "strata/wire/events.h"

namespace strata::wings {

/// One browser that watches one server (spec/wings 4): after it has shown a token it gets the server's state and the
/// progress and ends of its backups and restores, as far as its permissions go. Callbacks come one at a time from the
/// server's threads, events from the job queue's.
class ServerSocket final : public http::WebSocketSession {
 public:
  ServerSocket(Wings& wings, ServerId server) : wings_(wings), server_(server) {}
  void on_open(std::shared_ptr<http::WebSocket> socket) override;
  void on_text(std::string text) override;
  void on_close(std::uint16_t code) override;

 private:
  struct Grant {
    std::vector<std::string> permissions;
    Timestamp expires;
    bool has(std::string_view permission) const;
  };
  void authenticate(const std::string& token);
  void on_event(const JobEvent& event);
  void send(std::string_view event, std::vector<std::string> arguments = {});
  /// Tells once that the token is about to end, or that it has.
  bool still_granted();

  Wings& wings_;
  const ServerId server_;
  std::shared_ptr<http::WebSocket> socket_;
  std::mutex mutex_;
  std::optional<Grant> grant_;
  bool warned_ = false;
  JobQueue::Subscription subscription_;
};

}  // namespace strata::wings
