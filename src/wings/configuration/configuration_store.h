#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <boost/json/value.hpp>

#include "strata/vfs/kernel.h"
#include "strata/wings/configuration/configuration.h"

namespace strata::wings {

/// The configuration that is in force, and its file. Readers take a snapshot and keep it for one unit of work; a change
/// is a new snapshot, in force at once for everybody who asks again. Any thread.
class ConfigurationStore {
 public:
  using Snapshot = std::shared_ptr<const Configuration>;

  /// Reads `path` (absolute, at most 1 MiB). kNotFound when absent; kInvalid with every fault of the file at once, each
  /// naming its key. `kernel` must outlive this.
  ConfigurationStore(vfs::Kernel& kernel, std::string path);

  /// Values without a file: changes live as long as this object.
  explicit ConfigurationStore(Configuration values);

  /// Writes a new file (0600) with every key, keeping keys of an existing one that we do not know.
  static void write(vfs::Kernel& kernel, const std::string& path, const Configuration& values);

  /// Takes over a reference node's config.yml: everything it says, unknown keys too, goes into a new file at `path`.
  /// The source is only read. kConflict when `path` exists.
  static void import_reference(vfs::Kernel& kernel, const std::string& source, const std::string& path);

  ~ConfigurationStore();
  ConfigurationStore(const ConfigurationStore&) = delete;
  ConfigurationStore& operator=(const ConfigurationStore&) = delete;

  Snapshot snapshot() const;

  /// A change from the Panel: a partial configuration as JSON, merged deeply (lists and values replace, null gives the
  /// default). Only `system.backups`, `throttles` and `system.disk_limiter_mode` may be changed, and of the former not
  /// what names places or programs (restic.repository, restic.password_file, restic.environment, mounting.path):
  /// kForbidden with every key that may not. kInvalid with every fault. Saved before it is in force; nothing changes on
  /// an error.
  Snapshot apply_patch(const boost::json::value& patch);

  /// A change by the node's own administrator: any key. Checked, saved, then in force.
  Snapshot edit(const std::function<void(Configuration&)>& change);

 private:
  Snapshot save(Configuration next);
  vfs::Kernel* kernel_ = nullptr;
  std::string path_;
  mutable std::mutex mutex_;
  std::mutex changing_;
  Snapshot current_;
};

/// docs/wings-config.md: every key with type, default and meaning, from the descriptions.
std::string configuration_markdown();

}  // namespace strata::wings
