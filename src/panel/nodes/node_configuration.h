#pragma once

#include <boost/json/value.hpp>

namespace strata::panel {

/// The part of a node's wings.yml that the Panel may change: `system.backups` and everything below, `throttles` and
/// everything below, `system.disk_limiter_mode`. kInvalid naming every other key of `changes`, or that it is no object.
/// Pure; the node has its own list.
void require_changeable(const boost::json::value& changes);

/// The configuration with credentials (token, token_id, remote_headers) replaced by "redacted".
boost::json::value without_credentials(boost::json::value configuration);

}  // namespace strata::panel
