#pragma once

#include <string>

#include "strata/panel/accounts/caller.h"
#include "strata/panel/configurations/resolution.h"
#include "strata/panel/foundation.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/wire/backups.h"

namespace strata::panel {

/// Single-use links by which a browser fetches from the node itself, so that backup data never passes through the Panel
/// (spec/panel 5.4). Any thread.
class DownloadLinks {
 public:
  DownloadLinks(const Foundation& foundation, const NodeCredentials& credentials)
      : foundation_(foundation), credentials_(credentials) {}

  /// Valid for 15 minutes. kRefused: not usable, maintenance.
  wire::DownloadLink backup(const Caller& caller, ServerId server, BackupId backup, Audience audience,
                            const wire::DownloadQuery& query);

 private:
  const Foundation& foundation_;
  const NodeCredentials& credentials_;
};

}  // namespace strata::panel
