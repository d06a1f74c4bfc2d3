#pragma once

#include <string>

#include "strata/cli/verbs.h"

namespace strata::cli {

/// Shows the progress of a creation until it ends; returns the backup's last JSON. Throws what the backup's own error
/// says when it did not succeed (kCancelled for a cancelled one).
boost::json::value watch_backup(Context& context, const std::string& server, const std::string& backup);

/// The same for a restore or undo of a server, which was asked for just now; returns the restore status.
boost::json::value watch_restore(Context& context, const std::string& server);

/// The same for a verification, which was asked for just now; returns its result. `earlier` is the time of the one
/// before, as `field_text` gives it. kIo when it ended without a result: the backup could not be read now.
boost::json::value watch_verification(Context& context, const std::string& server, const std::string& backup,
                                      const std::string& earlier);
/// The time of a backup's last verification.
inline const Field kVerifiedTime{"Verified", "verified.time"};

/// Warnings of a backup or a restore status, to standard error.
void print_warnings(Output& output, const boost::json::value& object);

}  // namespace strata::cli
