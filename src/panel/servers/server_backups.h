#pragma once

#include "strata/base/id.h"
#include "strata/database/database.h"
#include "strata/panel/audit/activity_log.h"

namespace strata::panel {

/// What the rules of servers need of backups, implemented by the sub-room that knows them.
class ServerBackups {
 public:
  virtual ~ServerBackups() = default;

  /// Claims every backup of a server for deletion, inside the transaction that deletes the server: what was claimed is
  /// deleted on its node afterwards, again and again until it is gone. Locked ones too.
  virtual void delete_all(database::Connection& connection, ServerId server, const Actor& actor) = 0;
  /// After that transaction committed.
  virtual void wake() = 0;
};

}  // namespace strata::panel
