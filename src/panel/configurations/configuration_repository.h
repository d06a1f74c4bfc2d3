#pragma once

#include <cstdint>
#include <optional>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/configurations.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// Who holds on to a configuration.
struct ConfigurationUse {
  std::int64_t locations = 0;
  std::int64_t nodes = 0;
  std::int64_t servers = 0;
  std::int64_t backups = 0;  ///< not deleted

  bool is_assigned() const { return locations + nodes + servers > 0; }
};

/// The `backup_configurations` table, seen through a connection (see ServerRepository). Configurations deleted by force
/// are found only by `find_with_deleted`.
class ConfigurationRepository {
 public:
  explicit ConfigurationRepository(database::Connection& connection) : connection_(connection) {}

  /// kNotFound "backup configuration not found"; kCorrupt when the row is damaged.
  wire::BackupConfiguration get(ConfigurationId id);
  /// The configuration of an existing backup, whatever became of it since.
  std::optional<wire::BackupConfiguration> find_with_deleted(ConfigurationId id);
  bool exists(ConfigurationId id);
  /// True for nullopt too: what a request may name.
  bool exists_if_given(const std::optional<ConfigurationId>& id) { return !id || exists(*id); }
  /// Inside a read transaction, so that total and rows agree. Damaged rows are left out.
  wire::Page<wire::BackupConfiguration> list(const wire::PageQuery& query);

  /// kConflict when the name is taken.
  void insert(const wire::BackupConfiguration& configuration);
  void update(const wire::BackupConfiguration& configuration);

  ConfigurationUse use(ConfigurationId id);
  void clear_assignments(ConfigurationId id);
  void remove(ConfigurationId id);
  void hide(ConfigurationId id, Timestamp now);
  /// Removes a hidden configuration that no backup needs any more; true when it did, its secrets are then the caller's
  /// to remove. To be called after a backup's last trace went.
  bool remove_if_abandoned(ConfigurationId id);

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
