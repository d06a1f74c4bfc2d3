#include "strata/panel/nodes/join_codes.h"

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/crypto/digest.h"
#include "strata/panel/nodes/node_repository.h"

namespace strata::panel {

namespace {

constexpr std::size_t kLength = 24;  // 143 bits

std::string hash_of(std::string_view code) {
  return hex(crypto::sha256(code));
}

}  // namespace

wire::JoinCode JoinCodes::make(database::Connection& connection, NodeId node, Timestamp now) const {
  wire::JoinCode made{.code = random_alphanumeric(kLength), .expires = now + kLifetime};
  connection.execute(
      "insert into node_join_codes (code_hash, node_uuid, expires, created) values (:hash, :node, :expires, :now)",
      {{"hash", hash_of(made.code)}, {"node", node}, {"expires", made.expires}, {"now", now}});
  return made;
}

wire::JoinAnswer JoinCodes::redeem(database::Connection& connection, std::string_view code, Timestamp now) const {
  const auto row = connection.query_optional(
      "delete from node_join_codes where code_hash = :hash and expires > :now returning node_uuid",
      {{"hash", hash_of(code)}, {"now", now}});
  if (!row) throw Error(ErrorKind::kUnauthorized, "this join code is unknown, used or expired: ask for a new one");
  const auto node = NodeRepository(connection).get(row->id<NodeId>("node_uuid"));
  const auto credentials = credentials_.read(connection, node.uuid);
  return {.uuid = node.uuid, .token_id = credentials.token_id, .token = credentials.token, .name = node.name};
}

void JoinCodes::forget_expired(database::Database& database, Timestamp now) const {
  database.execute("delete from node_join_codes where expires <= :now", {{"now", now}});
}

}  // namespace strata::panel
