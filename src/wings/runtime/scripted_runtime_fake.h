#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "strata/base/error.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// A server that does as the test says and remembers what it was told. Any thread.
class ScriptedRuntime final : public Runtime {
 public:
  /// Without this it is like `none`.
  void set_running(bool running) {
    const std::lock_guard lock(mutex_);
    controls_ = true;
    running_ = running;
  }
  void fail(const std::string& what, Error error) {
    const std::lock_guard lock(mutex_);
    failures_.insert_or_assign(what, std::move(error));
  }
  /// Called inside stop().
  void set_on_stop(std::function<void()> on_stop) {
    const std::lock_guard lock(mutex_);
    on_stop_ = std::move(on_stop);
  }
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  bool is_running() const {
    const std::lock_guard lock(mutex_);
    return running_;
  }

  bool controls() const override {
    const std::lock_guard lock(mutex_);
    return controls_;
  }
  PowerState state() override {
    const std::lock_guard lock(mutex_);
    return running_ ? PowerState::kRunning : PowerState::kOffline;
  }
  void stop(std::stop_token) override {
    const auto on_stop = [this] {
      const std::lock_guard lock(mutex_);
      note("stop");
      running_ = false;
      return on_stop_;
    }();
    if (on_stop) on_stop();
  }
  void start() override {
    const std::lock_guard lock(mutex_);
    note("start");
    running_ = true;
  }
  void before_backup(const HookContext&, std::stop_token) override {
    const std::lock_guard lock(mutex_);
    note("before");
  }
  void after_backup(const HookContext& context) override {
    const std::lock_guard lock(mutex_);
    note("after " + context.result);
  }

 private:
  /// `mutex_` is held.
  void note(const std::string& what) {
    calls_.push_back(what);
    const auto failure = failures_.find(what);
    if (failure != failures_.end()) throw Error(failure->second);
  }

  mutable std::mutex mutex_;
  bool controls_ = false;
  bool running_ = false;
  std::vector<std::string> calls_;
  std::map<std::string, Error> failures_;
  std::function<void()> on_stop_;
};

/// One ScriptedRuntime for each server; they outlive the daemon as a server does. Any thread.
class ScriptedRuntimes final : public Runtimes {
 public:
  std::shared_ptr<Runtime> runtime_of(const wire::RemoteServerSettings& server) override { return of(server.uuid); }
  std::shared_ptr<ScriptedRuntime> of(ServerId server) {
    const std::lock_guard lock(mutex_);
    auto& runtime = runtimes_[server];
    if (!runtime) runtime = std::make_shared<ScriptedRuntime>();
    return runtime;
  }

 private:
  std::mutex mutex_;
  std::map<ServerId, std::shared_ptr<ScriptedRuntime>> runtimes_;
};

}  // namespace strata::wings
