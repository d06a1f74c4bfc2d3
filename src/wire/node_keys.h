#pragma once

#include <string_view>

namespace strata::wire {

/// Panel and node share one secret (`token`, 64 characters), which never travels after the node joined. What they use
/// is derived from it: HKDF-SHA256, 32 bytes, one of these labels as info, no salt. Bearers are written as 64 hex
/// digits, the signing key is used as bytes. Panel → node: `Authorization: Bearer <hex>`.
inline constexpr std::string_view kPanelToNodeLabel = "strata/v1/panel-to-node";
/// Node → Panel: `Authorization: Bearer <token_id>.<hex>`.
inline constexpr std::string_view kNodeToPanelLabel = "strata/v1/node-to-panel";
/// HS256 key of the links that the Panel hands to browsers (spec/panel 5.4).
inline constexpr std::string_view kNodeLinkLabel = "strata/v1/node-links";

}  // namespace strata::wire
