#include "strata/wings/panel/panel_client.h"

#include <atomic>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/crypto/node_keys.h"
#include "strata/describe/json.h"
#include "strata/wire/headers.h"

namespace strata::wings {
namespace {

/// A page of servers carries their backup lists, which can be long.
constexpr Bytes kMaxAnswer = 64_MiB;
constexpr std::size_t kMaxServers = 100'000;

std::string base_of(std::string remote) {
  while (!remote.empty() && remote.back() == '/') remote.pop_back();
  return remote + "/api/remote/";
}

void set_json_body(http::ClientRequest& request, std::string body) {
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
}

http::ClientOptions with_name(http::ClientOptions options) {
  options.user_agent = "strata wings";
  return options;
}

/// The words of a refusal.
std::string message_of(const http::ClientResponse& response) {
  try {
    http::throw_if_refused(response);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace

struct PanelClient::Implementation {
  const ConfigurationStore& configuration;
  BootId boot;
  Log& log;
  http::Client client;
  std::atomic<bool> told_about_headers = false;

  Implementation(const ConfigurationStore& configuration_in, BootId boot_in, http::ClientOptions options, Log& log_in)
      : configuration(configuration_in), boot(boot_in), log(log_in), client(with_name(std::move(options))) {}

  http::ClientRequest request_to(http::Method method, std::string_view path, std::stop_token stop) {
    const auto values = configuration.snapshot();
    if (values->remote.empty()) {
      throw Error(ErrorKind::kUnavailable,
                  "this node has not joined a Panel: run 'strata wings configure --panel URL --join CODE'");
    }
    http::ClientRequest request;
    request.method = method;
    request.url = base_of(values->remote) + std::string(path);
    request.stop = std::move(stop);
    request.total_timeout = std::chrono::seconds(values->remote_query.timeout);
    request.max_body = kMaxAnswer;
    add_configured(request.headers, *values);
    request.headers.set("Accept", "application/json");
    request.headers.set("Authorization", "Bearer " + values->token_id + "." +
                                             crypto::derive_node_keys(values->token).node_to_panel.reveal());
    request.headers.set(wire::kBootHeader, boot.text());
    return request;
  }

  void add_configured(http::Headers& headers, const Configuration& values) {
    for (const auto& [name, value] : values.remote_headers) {
      try {
        headers.set(name, value);
      } catch (const Error&) {
        if (!told_about_headers.exchange(true)) {
          log.warning("remote_headers has a header that cannot be sent: it is left out", {{"name", name}});
        }
      }
    }
  }

  http::ClientResponse send(const http::ClientRequest& request) {
    auto response = client.request(request);
    // Following it would send the credentials elsewhere; taking it for an answer would lose a result.
    if (response.status >= 300 && response.status < 400) {
      throw Error(
          ErrorKind::kUnavailable,
          fmt::format("the Panel's address redirects (status {}): set 'remote' to where it leads", response.status));
    }
    return response;
  }

  std::string get(std::string_view path, std::stop_token stop) {
    auto response = send(request_to(http::Method::kGet, path, std::move(stop)));
    http::throw_if_refused(response);
    return std::move(response.body);
  }

  http::ClientResponse post(std::string_view path, std::string body, std::optional<std::chrono::milliseconds> timeout,
                            std::stop_token stop) {
    auto request = request_to(http::Method::kPost, path, std::move(stop));
    if (timeout) request.total_timeout = timeout;
    set_json_body(request, std::move(body));
    return send(request);
  }
};

PanelClient::PanelClient(const ConfigurationStore& configuration, BootId boot, http::ClientOptions options, Log& log)
    : implementation_(std::make_unique<Implementation>(configuration, boot, std::move(options), log)) {}

PanelClient::~PanelClient() = default;

void PanelClient::reset(const wire::ResetRequest& request, std::stop_token stop) {
  http::throw_if_refused(
      implementation_->post("servers/reset", describe::to_text(request), std::nullopt, std::move(stop)));
}

std::vector<wire::RemoteServer> PanelClient::servers(std::stop_token stop) {
  const auto configured = implementation_->configuration.snapshot()->remote_query.boot_servers_per_page;
  const auto per_page = configured == 0 ? 50 : configured;
  std::vector<wire::RemoteServer> all;
  for (std::int64_t number = 1;; ++number) {
    auto page = describe::parse<wire::RemoteServerPage>(
        implementation_->get(fmt::format("servers?page={}&per_page={}", number, per_page), stop), kMaxAnswer);
    const bool is_last = page.data.empty() || number >= page.meta.last_page;
    for (auto& server : page.data) all.push_back(std::move(server));
    if (is_last) return all;
    if (all.size() > kMaxServers) {
      throw Error(ErrorKind::kTooLarge, fmt::format("the Panel lists more than {} servers for this node", kMaxServers));
    }
  }
}

wire::RemoteServer PanelClient::server(ServerId id) {
  return describe::parse<wire::RemoteServer>(implementation_->get("servers/" + id.text(), {}), kMaxAnswer);
}

void PanelClient::heartbeat(const wire::Heartbeat& heartbeat, std::stop_token stop) {
  http::throw_if_refused(
      implementation_->post("heartbeat", describe::to_text(heartbeat), std::nullopt, std::move(stop)));
}

PanelClient::ReportAnswer PanelClient::report(std::string_view path, const boost::json::value& body,
                                              std::chrono::milliseconds timeout, std::stop_token stop) {
  const auto response = implementation_->post(path, boost::json::serialize(body), timeout, std::move(stop));
  return {.status = response.status, .message = message_of(response)};
}

wire::JoinAnswer PanelClient::join(const std::string& panel, const std::string& code, http::ClientOptions options) {
  http::Client client(with_name(std::move(options)));
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = base_of(panel) + "join";
  set_json_body(request, describe::to_text(wire::JoinRequest{.code = code}));
  const auto response = client.request(request);
  http::throw_if_refused(response);
  return describe::parse<wire::JoinAnswer>(response.body);
}

}  // namespace strata::wings
