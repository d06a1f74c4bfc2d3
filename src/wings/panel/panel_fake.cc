#include "strata/wings/panel/panel_fake.h"

#include <algorithm>

#include "strata/base/error.h"
#include "strata/crypto/node_keys.h"
#include "strata/describe/json.h"
#include "strata/http/json.h"
#include "strata/wire/headers.h"

namespace strata::wings {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr auto kTokenId = "abcdefghijklmnop";
constexpr auto kToken = "a secret of sixty-four characters, as far as this test is concerned";

wire::RemoteServer remote(const wire::RemoteServerSettings& settings) {
  return {.settings = settings, .process_configuration = boost::json::object{}};
}

}  // namespace

FakePanel::FakePanel() {
  for (const char* path :
       {"servers/reset", "heartbeat", "backups/{backup}", "backups/{backup}/{what}", "servers/{server}/undo"}) {
    router_.add(http::Method::kPost, std::string("/api/remote/") + path, [this](http::Request& request) {
      return take(request, request.path.substr(std::string("/api/remote/").size()));
    });
  }
  router_.add(http::Method::kGet, "/api/remote/servers", [this](http::Request& request) { return list(request); });
  router_.add(http::Method::kGet, "/api/remote/servers/{server}", [this](http::Request& request) {
    for (const auto& server : servers) {
      if (server.uuid.text() == request.parameter("server")) return http::answer(remote(server));
    }
    throw Error(ErrorKind::kNotFound, "server not found");
  });
  start();
}

FakePanel::~FakePanel() {
  stop();
}

void FakePanel::start() {
  http::ServerOptions options;
  options.port = port_;
  options.worker_threads = 2;
  server_ = std::make_unique<http::Server>(options, std::vector<const http::Router*>{&router_}, log_);
  server_->start();
  port_ = server_->port();
}

void FakePanel::stop() {
  server_.reset();
}

std::string FakePanel::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

Configuration FakePanel::configuration_of_node() const {
  Configuration values;
  values.token_id = kTokenId;
  values.token = Secret(kToken);
  values.remote = url();
  return values;
}

std::vector<FakePanel::Received> FakePanel::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<wire::Heartbeat> FakePanel::heartbeats() const {
  const std::lock_guard lock(mutex_);
  return heartbeats_;
}

bool FakePanel::wait_until(const std::function<bool()>& come_true) const {
  std::unique_lock lock(mutex_);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    lock.unlock();
    if (come_true()) return true;
    lock.lock();
    if (std::chrono::steady_clock::now() > end) return false;
    // What is waited for may also change elsewhere, for instance in the journal after our answer.
    changed_.wait_for(lock, std::chrono::milliseconds{10});
  }
}

bool FakePanel::wait_for(std::size_t count) const {
  return wait_until([this, count] { return received().size() >= count; });
}

void FakePanel::answer_next(std::vector<int> statuses) {
  const std::lock_guard lock(mutex_);
  statuses_.assign(statuses.begin(), statuses.end());
}

http::Response FakePanel::take(http::Request& request, const std::string& path) {
  if (!is_ours(request)) throw Error(ErrorKind::kUnauthorized, "invalid authorization token");
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  if (path == "heartbeat") {
    heartbeats_.push_back(http::parse_body<wire::Heartbeat>(request));
    return http::json_response(200, boost::json::object{});
  }
  received_.push_back({path, http::json_body(request), std::string(request.headers.get(wire::kBootHeader))});
  if (statuses_.empty()) return http::json_response(200, boost::json::object{});
  const int status = statuses_.front();
  statuses_.pop_front();
  return http::json_response(status, boost::json::object{{"errors", boost::json::array{"no"}}});
}

http::Response FakePanel::list(const http::Request& request) const {
  if (!is_ours(request)) throw Error(ErrorKind::kUnauthorized, "invalid authorization token");
  const auto number = [&request](std::string_view name) {
    return std::stoull(std::string(request.query_value(name).value_or("1")));
  };
  const auto per_page = number("per_page");
  const auto first = std::min<std::size_t>((number("page") - 1) * per_page, servers.size());
  const auto last = std::min<std::size_t>(first + per_page, servers.size());
  wire::RemoteServerPage page;
  for (auto i = first; i < last; ++i) page.data.push_back(remote(servers[i]));
  page.meta.current_page = static_cast<std::int64_t>(number("page"));
  page.meta.last_page = static_cast<std::int64_t>((servers.size() + per_page - 1) / per_page);
  page.meta.total = static_cast<std::int64_t>(servers.size());
  return http::answer(page);
}

bool FakePanel::is_ours(const http::Request& request) const {
  return request.bearer_token() ==
         std::string(kTokenId) + "." + crypto::derive_node_keys(Secret(kToken)).node_to_panel.reveal();
}

}  // namespace strata::wings
