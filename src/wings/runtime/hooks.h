#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "strata/wings/configuration/configuration.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// The two hooks of a runtime's declaration. Programs come from the node's own file, never from the Panel.
class Hooks {
 public:
  explicit Hooks(HookSettings settings) : settings_(std::move(settings)) {}
  void before_backup(const HookContext& context, std::stop_token stop) const;
  void after_backup(const HookContext& context) const;

 private:
  void run(const std::vector<std::string>& command, std::string_view name, const HookContext& context,
           std::stop_token stop) const;
  HookSettings settings_;
};

}  // namespace strata::wings
