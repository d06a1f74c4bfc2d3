#include "strata/wings/runtime/systemd_runtime.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/process/run.h"
#include "strata/wings/runtime/waiting.h"

namespace strata::wings {
namespace {

constexpr std::chrono::seconds kCallTimeout{20};
constexpr std::chrono::seconds kAfterKill{10};

}  // namespace

PowerState power_state_of_unit(std::string_view active_state) {
  if (active_state == "active" || active_state == "reloading") return PowerState::kRunning;
  if (active_state == "activating") return PowerState::kStarting;
  if (active_state == "deactivating") return PowerState::kStopping;
  return PowerState::kOffline;
}

SystemdRuntime::SystemdRuntime(SystemdRuntimeSettings settings)
    : settings_(std::move(settings)), hooks_(settings_.hooks) {}

std::string SystemdRuntime::systemctl(std::vector<std::string> arguments) const {
  process::Spec spec{.program = "systemctl", .arguments = std::move(arguments)};
  spec.arguments.insert(spec.arguments.begin(), "--no-ask-password");
  const auto result = process::run(spec, {.timeout = kCallTimeout});
  if (!result.succeeded()) {
    throw Error(ErrorKind::kUnavailable, fmt::format("systemctl failed for unit '{}' with {}: {}", settings_.unit,
                                                     result.ending(), result.errors));
  }
  return result.output;
}

PowerState SystemdRuntime::state() {
  std::string active = systemctl({"show", "--property=ActiveState", "--value", "--", settings_.unit});
  while (active.ends_with('\n')) active.pop_back();
  return power_state_of_unit(active);
}

void SystemdRuntime::stop(std::stop_token stop) {
  if (state() == PowerState::kOffline) return;
  systemctl({"stop", "--no-block", "--", settings_.unit});
  const auto is_offline = [&] { return state() == PowerState::kOffline; };
  if (wait_until(is_offline, std::chrono::seconds(settings_.stop_timeout), stop)) return;
  systemctl({"kill", "--signal=SIGKILL", "--", settings_.unit});
  if (!wait_until(is_offline, kAfterKill, stop))
    throw Error(ErrorKind::kTimeout, fmt::format("unit '{}' still runs after it was killed", settings_.unit));
}

void SystemdRuntime::start() {
  systemctl({"start", "--no-block", "--", settings_.unit});
}

}  // namespace strata::wings
