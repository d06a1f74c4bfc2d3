#pragma once

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/foundation.h"
#include "strata/wire/configurations.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// The rules of backup configurations. Every change is one transaction with its line in the audit log. Any thread.
class ConfigurationService {
 public:
  explicit ConfigurationService(const Foundation& foundation) : foundation_(foundation) {}

  wire::Page<wire::BackupConfiguration> list(const wire::PageQuery& query);
  /// kNotFound.
  wire::BackupConfiguration show(ConfigurationId id);
  /// kInvalid for a disk that this version does not offer, kConflict for a taken name.
  wire::BackupConfiguration create(const wire::CreateBackupConfiguration& request, const Actor& actor);
  void update(ConfigurationId id, const wire::UpdateBackupConfiguration& request, const Actor& actor);
  /// kConflict, with the counts, while it is assigned or backups were made with it. `force` takes the assignments away;
  /// the row then stays, hidden, as long as backups need it.
  void remove(ConfigurationId id, bool force, const Actor& actor);

  /// What a server uses, and why.
  wire::Explanation explain(ServerId server);

 private:
  const Foundation foundation_;
};

}  // namespace strata::panel
