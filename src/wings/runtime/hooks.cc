#include "strata/wings/runtime/hooks.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/process/run.h"

namespace strata::wings {
namespace {

/// As much of a hook's complaint as fits a sentence for people.
constexpr std::size_t kShownErrors = 500;

std::string tail(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.size() > kShownErrors ? text.substr(text.size() - kShownErrors) : text;
}

}  // namespace

void Hooks::run(const std::vector<std::string>& command, std::string_view name, const HookContext& context,
                std::stop_token stop) const {
  if (command.empty()) return;
  process::Spec spec{.program = command.front(), .arguments = {command.begin() + 1, command.end()}};
  const auto tell = [&](std::string variable, std::string value) {
    spec.environment.push_back({std::move(variable), Secret(std::move(value))});
  };
  tell("PATH", std::string(process::kProgramPath));
  tell("STRATA_SERVER", context.server.text());
  tell("STRATA_BACKUP", context.backup.text());
  tell("STRATA_OPERATION", context.operation.text());
  if (!context.result.empty()) tell("STRATA_RESULT", context.result);
  const auto result = process::run(spec, {.timeout = std::chrono::seconds(settings_.timeout), .stop = stop});
  if (!result.succeeded()) {
    throw Error(ErrorKind::kRefused, fmt::format("the node's {} hook '{}' failed with {}: {}", name, command.front(),
                                                 result.ending(), tail(result.errors)));
  }
}

void Hooks::before_backup(const HookContext& context, std::stop_token stop) const {
  run(settings_.before_backup, "before_backup", context, std::move(stop));
}

void Hooks::after_backup(const HookContext& context) const {
  run(settings_.after_backup, "after_backup", context, {});
}

}  // namespace strata::wings
