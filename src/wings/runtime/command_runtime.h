#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "strata/process/service.h"
#include "strata/vfs/directory.h"
#include "strata/wings/runtime/hooks.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// A server that is a program the node starts itself. It outlives a restart of the daemon: which process it is (pid,
/// start time and boot) is kept in the state directory, so that a later daemon finds it again and never mistakes
/// another for it.
class CommandRuntime final : public Runtime {
 public:
  struct Place {
    vfs::Directory state;                       ///< holds `<server>.json`
    vfs::Directory root;                        ///< the server's directory
    std::optional<process::Identity> identity;  ///< who runs it; absent: we
  };
  /// `open_place` is asked at each start: the root may have been replaced by a restore.
  CommandRuntime(ServerId server, CommandRuntimeSettings settings, std::function<Place()> open_place);
  ~CommandRuntime() override;

  bool controls() const override { return true; }
  PowerState state() override;
  void stop(std::stop_token stop) override;
  void start() override;
  void before_backup(const HookContext& context, std::stop_token stop) override {
    hooks_.before_backup(context, std::move(stop));
  }
  void after_backup(const HookContext& context) override { hooks_.after_backup(context); }

 private:
  /// The running service: ours, or found again by what an earlier daemon wrote; nullptr when it is not running.
  process::Service* find();
  void run_stop_command(const Place& place, std::stop_token stop) const;
  std::string record_name() const { return server_.text() + ".json"; }

  const ServerId server_;
  const CommandRuntimeSettings settings_;
  const Hooks hooks_;
  const std::function<Place()> open_place_;
  std::mutex mutex_;
  std::unique_ptr<process::Service> service_;
  bool looked_ = false;
};

}  // namespace strata::wings
