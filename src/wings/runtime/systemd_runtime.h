#pragma once

#include "strata/wings/runtime/hooks.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// A server that is a systemd unit, driven by `systemctl`.
class SystemdRuntime final : public Runtime {
 public:
  explicit SystemdRuntime(SystemdRuntimeSettings settings);
  bool controls() const override { return true; }
  PowerState state() override;
  void stop(std::stop_token stop) override;
  void start() override;
  void before_backup(const HookContext& context, std::stop_token stop) override {
    hooks_.before_backup(context, std::move(stop));
  }
  void after_backup(const HookContext& context) override { hooks_.after_backup(context); }

 private:
  /// Runs systemctl; kUnavailable with what it said when it fails.
  std::string systemctl(std::vector<std::string> arguments) const;
  const SystemdRuntimeSettings settings_;
  const Hooks hooks_;
};

/// The state for a unit's ActiveState ("active", "activating", ...).
PowerState power_state_of_unit(std::string_view active_state);

}  // namespace strata::wings
