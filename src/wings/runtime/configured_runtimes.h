#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "strata/vfs/kernel.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wings/runtime/runtime.h"
#include "strata/wings/volumes/volumes.h"

namespace strata::wings {

/// The runtimes that the node's configuration declares. One object per server as long as its choice and its declaration
/// stay the same.
class ConfiguredRuntimes final : public Runtimes {
 public:
  /// All references outlive this.
  ConfiguredRuntimes(vfs::Kernel& kernel, const ConfigurationStore& configuration, const Volumes& volumes);
  std::shared_ptr<Runtime> runtime_of(const wire::RemoteServerSettings& server) override;

 private:
  std::shared_ptr<Runtime> make(const wire::RemoteServerSettings& server, const std::string& kind,
                                const std::string& name) const;
  struct Known {
    std::string choice;  ///< kind, name and declaration: another choice makes another object
    std::shared_ptr<Runtime> runtime;
  };
  vfs::Kernel& kernel_;
  const ConfigurationStore& configuration_;
  const Volumes& volumes_;
  std::mutex mutex_;
  std::map<ServerId, Known> known_;
};

}  // namespace strata::wings
