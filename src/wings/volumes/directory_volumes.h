#pragma once

#include <vector>

#include "strata/vfs/privileged.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wings/volumes/volumes.h"

namespace strata::wings {

/// Servers as plain directories (disk limiter `none`).
class DirectoryVolumes final : public Volumes {
 public:
  /// All references outlive this.
  DirectoryVolumes(vfs::Kernel& kernel, const ConfigurationStore& configuration, vfs::Privileged& privileged);

  std::string path_of(const wire::RemoteServerSettings& server) const override;
  void ensure(const wire::RemoteServerSettings& server) override;
  void destroy(const wire::RemoteServerSettings& server) override;
  vfs::Directory open(const wire::RemoteServerSettings& server) const override;
  tree::LiveRoot live_root(const wire::RemoteServerSettings& server) const override;
  tree::OwnerRule owner_rule(const wire::RemoteServerSettings& server) const override;
  std::optional<Bytes> limit(const wire::RemoteServerSettings& server) const override;

 private:
  /// The adopted path, after it was judged.
  std::string adopted_path(const std::string& path) const;
  vfs::Kernel& kernel_;
  const ConfigurationStore& configuration_;
  vfs::Privileged& privileged_;
};

/// True when `path` is `ancestor` or lies beneath it; both absolute and canonical.
bool is_path_within(const std::string& path, const std::string& ancestor);

}  // namespace strata::wings
