#include "strata/crypto/node_keys.h"

#include "strata/base/encoding.h"
#include "strata/crypto/digest.h"

namespace strata::crypto {

NodeKeys derive_node_keys(const Secret& token) {
  const auto secret = as_bytes(token.reveal());
  return {
      .panel_to_node = Secret(hex(hkdf_sha256(secret, "strata/v1/panel-to-node"))),
      .node_to_panel = Secret(hex(hkdf_sha256(secret, "strata/v1/node-to-panel"))),
      .signing = hkdf_sha256(secret, "strata/v1/node-links"),
  };
}

}  // namespace strata::crypto
