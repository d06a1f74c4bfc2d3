#pragma once

#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// A server that nobody told us how to run: a directory. A restore then looks for processes inside before it swaps.
class NoRuntime final : public Runtime {
 public:
  bool controls() const override { return false; }
  PowerState state() override { return PowerState::kOffline; }
  void stop(std::stop_token) override {}
  void start() override {}
  void before_backup(const HookContext&, std::stop_token) override {}
  void after_backup(const HookContext&) override {}
};

}  // namespace strata::wings
