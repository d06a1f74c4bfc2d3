#include "strata/panel/nodes/node_credentials.h"

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/crypto/constant_time_equal.h"
#include "strata/crypto/node_keys.h"

namespace strata::panel {

namespace {

constexpr std::size_t kTokenIdLength = 16;
constexpr std::size_t kTokenLength = 64;
constexpr std::string_view kTable = "nodes";
constexpr std::string_view kField = "token";

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

wire::NodeCredentials NodeCredentials::renew(database::Connection& connection, NodeId node, Timestamp now) const {
  const wire::NodeCredentials made{.token_id = random_alphanumeric(kTokenIdLength),
                                   .token = random_alphanumeric(kTokenLength)};
  const auto row = node.text();
  NodeRepository(connection).set_token_id(node, made.token_id);
  secrets_.put(connection, {.table = kTable, .row = row, .field = kField}, Secret(made.token), now);
  return made;
}

wire::NodeCredentials NodeCredentials::read(database::Connection& connection, NodeId node) const {
  return {.token_id = NodeRepository(connection).get(node).token_id, .token = token(connection, node).reveal()};
}

void NodeCredentials::remove(database::Connection& connection, NodeId node) const {
  secrets_.remove_all(connection, kTable, node.text());
}

NodeAddress NodeCredentials::address(database::Connection& connection, NodeId node) const {
  // Also of a node deleted by force: the backups that it holds can still be deleted.
  const auto record = NodeRepository(connection).find(node);
  if (!record) throw Error(ErrorKind::kNotFound, "node not found");
  return {
      .node = node, .name = record->name, .url = without_trailing_slash(record->url), .token = token(connection, node)};
}

NodeRecord NodeCredentials::authenticate(database::Connection& connection, std::string_view bearer) const {
  const auto dot = bearer.find('.');
  if (dot != kTokenIdLength || bearer.size() != kTokenIdLength + 1 + kTokenLength) {
    throw Error(ErrorKind::kUnauthorized, "invalid authorization header");
  }
  auto node = NodeRepository(connection).find_by_token_id(bearer.substr(0, dot));
  if (!node) throw Error(ErrorKind::kUnauthorized, "invalid token");
  const auto expected = crypto::derive_node_keys(token(connection, node->uuid)).node_to_panel;
  if (!crypto::constant_time_equal(expected.reveal(), bearer.substr(dot + 1))) {
    throw Error(ErrorKind::kUnauthorized, "invalid token");
  }
  return *std::move(node);
}

Secret NodeCredentials::link_key(database::Connection& connection, NodeId node) const {
  const auto keys = crypto::derive_node_keys(token(connection, node));
  return Secret(std::string(as_text(keys.signing)));
}

Secret NodeCredentials::token(database::Connection& connection, NodeId node) const {
  const auto row = node.text();
  return secrets_.get(connection, {.table = kTable, .row = row, .field = kField});
}

}  // namespace strata::panel
