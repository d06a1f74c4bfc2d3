#include "strata/crypto/node_keys.h"

#include <gtest/gtest.h>

namespace strata::crypto {
namespace {

TEST(NodeKeys, every_use_has_a_key_of_its_own) {
  const auto keys = derive_node_keys(Secret("a shared secret"));
  EXPECT_EQ(keys.panel_to_node.reveal().size(), 64u);
  EXPECT_EQ(keys.node_to_panel.reveal().size(), 64u);
  EXPECT_EQ(keys.signing.size(), 32u);
  EXPECT_NE(keys.panel_to_node.reveal(), keys.node_to_panel.reveal());
}

TEST(NodeKeys, both_sides_derive_the_same) {
  const auto panel = derive_node_keys(Secret("a shared secret"));
  const auto node = derive_node_keys(Secret("a shared secret"));
  EXPECT_EQ(panel.panel_to_node.reveal(), node.panel_to_node.reveal());
  EXPECT_EQ(panel.signing, node.signing);
  EXPECT_NE(panel.signing, derive_node_keys(Secret("another secret")).signing);
}

}  // namespace
}  // namespace strata::crypto
