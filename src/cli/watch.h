#pragma once

#include <string>

#include "strata/cli/verbs.h"

namespace strata::cli {

/// Shows the progress of a creation until it ends; returns the backup's last JSON. Throws what the backup's own error
/// says when it did not succeed (kCancelled for a cancelled one).
boost::json::value watch_backup(Context& context, const std::string& server, const std::string& backup);

/// The same for a restore or undo of a server, which was asked for just now; returns the restore status.
boost::json::value watch_restore(Context& context, const std::string& server);

/// Warnings of a backup or a restore status, to standard error.
void print_warnings(Output& output, const boost::json::value& object);

}  // namespace strata::cli
