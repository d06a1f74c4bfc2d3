#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "strata/base/log.h"

namespace strata::crypto {

/// What Panel and node prove themselves with. The node's configured secret itself never travels: each use has its own
/// key, so that what is seen in one place is useless in another.
struct NodeKeys {
  Secret panel_to_node;               ///< bearer of Panel → node requests; 64 hex digits
  Secret node_to_panel;               ///< second part of the bearer `<token_id>.<this>`; 64 hex digits
  std::vector<std::uint8_t> signing;  ///< HS256 key of download and WebSocket tokens; 32 bytes
};

/// HKDF-SHA256 with one label per key. `token` is the node's secret as configured. Any thread.
NodeKeys derive_node_keys(const Secret& token);

}  // namespace strata::crypto
