#include "strata/http/client.h"

#include <mutex>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/http/status.h"
#include "strata/http/transfer.h"

namespace strata::http {
namespace {

/// Idle connections that are kept; more are closed when their request ends.
constexpr std::size_t kMaxIdleLanes = 16;

/// Keeps the whole body, for `request`.
class KeepEverything final : public ResponseSink {
 public:
  bool on_response(int, const Headers&) override { return false; }
  void on_data(std::span<const std::uint8_t>) override {}
};

}  // namespace

class Client::Implementation {
 public:
  explicit Implementation(ClientOptions options) : options_(std::move(options)) {}

  ClientResponse perform(const ClientRequest& request, ResponseSink& sink) {
    auto lane = take();
    auto response = Transfer(options_, request, sink).run(*lane);
    // After an exception the lane is dropped with whatever state its connection is in.
    give_back(std::move(lane));
    return response;
  }

 private:
  std::unique_ptr<Lane> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
      }
    }
    return std::make_unique<Lane>();
  }

  void give_back(std::unique_ptr<Lane> lane) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleLanes) idle_.push_back(std::move(lane));
  }

  const ClientOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

Client::Client(ClientOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}
Client::~Client() = default;

ClientResponse Client::request(const ClientRequest& request) {
  KeepEverything sink;
  return implementation_->perform(request, sink);
}

ClientResponse Client::download(const ClientRequest& request, ResponseSink& sink) {
  return implementation_->perform(request, sink);
}

void throw_if_refused(const ClientResponse& response) {
  if (response.status < 400) return;
  std::vector<std::string> messages;
  boost::system::error_code failure;
  const auto body = boost::json::parse(response.body, failure);
  if (!failure && body.is_object()) {
    if (const auto* list = body.get_object().if_contains("errors"); list != nullptr && list->is_array()) {
      for (const auto& each : list->get_array()) {
        if (each.is_string()) messages.emplace_back(each.get_string());
      }
    }
    if (const auto* text = body.get_object().if_contains("error"); text != nullptr && text->is_string()) {
      messages.emplace_back(text->get_string());
    }
  }
  if (messages.empty()) {
    messages.push_back(fmt::format("the server answered {} {}", response.status, reason_of(response.status)));
  }
  throw Error(kind_of(response.status), std::move(messages));
}

}  // namespace strata::http
