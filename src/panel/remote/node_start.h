#pragma once

#include "strata/panel/backups/outcomes.h"
#include "strata/panel/foundation.h"
#include "strata/wire/remote_api.h"

namespace strata::panel {

/// servers/reset: a node has started. Operations that it names go on, or their results are on the way; all others that
/// it had accepted are lost. Commands that it never answered are sent again.
void settle_node_start(const Foundation& foundation, Outcomes& outcomes, NodeId node,
                       const wire::ResetRequest& request);

/// A heartbeat: the node lives.
void note_heartbeat(const Foundation& foundation, LiveProgress& progress, NodeId node,
                    const wire::Heartbeat& heartbeat);

}  // namespace strata::panel
