#pragma once

#include "strata/http/client.h"
#include "strata/wings/runtime/hooks.h"
#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

/// A server that is a container, driven through the Docker API on a local socket (podman's works too).
class DockerRuntime final : public Runtime {
 public:
  explicit DockerRuntime(DockerRuntimeSettings settings);
  bool controls() const override { return true; }
  PowerState state() override;
  void stop(std::stop_token stop) override;
  void start() override;
  void before_backup(const HookContext& context, std::stop_token stop) override {
    hooks_.before_backup(context, std::move(stop));
  }
  void after_backup(const HookContext& context) override { hooks_.after_backup(context); }

 private:
  http::ClientResponse call(http::Method method, std::string_view what, std::chrono::milliseconds timeout,
                            std::stop_token stop = {});
  const DockerRuntimeSettings settings_;
  const Hooks hooks_;
  http::Client client_;
};

}  // namespace strata::wings
