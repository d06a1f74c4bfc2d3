#include "strata/wings/runtime/docker_runtime.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/http/url.h"
#include "strata/wings/runtime/waiting.h"

namespace strata::wings {
namespace {

constexpr std::chrono::seconds kCallTimeout{20};
constexpr std::chrono::seconds kAfterKill{10};
constexpr int kConflict = 409;

http::ClientOptions options_of(const DockerRuntimeSettings& settings) {
  http::ClientOptions options;
  options.unix_socket = settings.socket;
  return options;
}

}  // namespace

DockerRuntime::DockerRuntime(DockerRuntimeSettings settings)
    : settings_(std::move(settings)), hooks_(settings_.hooks), client_(options_of(settings_)) {}

http::ClientResponse DockerRuntime::call(http::Method method, std::string_view what, std::chrono::milliseconds timeout,
                                         std::stop_token stop) {
  http::ClientRequest request;
  request.method = method;
  request.url = fmt::format("http://docker/v1.24/containers/{}/{}", http::percent_encode(settings_.container), what);
  request.total_timeout = timeout;
  request.stop = std::move(stop);
  auto response = client_.request(request);
  if (response.status == 404)
    throw Error(ErrorKind::kUnavailable,
                fmt::format("there is no container '{}' at {}", settings_.container, settings_.socket));
  if (response.status >= 400 && response.status != kConflict) {
    throw Error(ErrorKind::kUnavailable, fmt::format("{} answers {} for container '{}'", settings_.socket,
                                                     response.status, settings_.container));
  }
  return response;
}

PowerState DockerRuntime::state() {
  const auto answer = describe::parse_json(call(http::Method::kGet, "json", kCallTimeout).body, 8_MiB);
  const auto* object = answer.if_object();
  const auto* state = object == nullptr ? nullptr : object->if_contains("State");
  const auto* status = state == nullptr || !state->is_object() ? nullptr : state->get_object().if_contains("Status");
  if (status == nullptr || !status->is_string())
    throw Error(ErrorKind::kUnavailable,
                fmt::format("{} does not tell the state of container '{}'", settings_.socket, settings_.container));
  const std::string_view text = status->get_string();
  if (text == "running" || text == "paused") return PowerState::kRunning;
  if (text == "restarting") return PowerState::kStarting;
  if (text == "removing" || text == "stopping") return PowerState::kStopping;
  return PowerState::kOffline;
}

void DockerRuntime::stop(std::stop_token stop) {
  const auto is_offline = [&] { return state() == PowerState::kOffline; };
  if (is_offline()) return;
  const std::chrono::seconds patience(settings_.stop_timeout);
  call(http::Method::kPost, fmt::format("stop?t={}", patience.count()), patience + kCallTimeout, stop);
  if (wait_until(is_offline, kAfterKill, stop)) return;
  call(http::Method::kPost, "kill", kCallTimeout, stop);
  if (!wait_until(is_offline, kAfterKill, stop))
    throw Error(ErrorKind::kTimeout, fmt::format("container '{}' still runs after it was killed", settings_.container));
}

void DockerRuntime::start() {
  const auto response = call(http::Method::kPost, "start", kCallTimeout);
  if (response.status == kConflict)
    throw Error(ErrorKind::kUnavailable, fmt::format("container '{}' cannot be started now", settings_.container));
}

}  // namespace strata::wings
