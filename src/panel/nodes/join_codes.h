#pragma once

#include <chrono>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/wire/nodes.h"
#include "strata/wire/remote_api.h"

namespace strata::panel {

/// One-time codes with which a new node fetches its credentials (`strata wings configure --join CODE`), so that nobody
/// has to copy the secret itself. The database has only their SHA-256. Any thread.
class JoinCodes {
 public:
  static constexpr std::chrono::minutes kLifetime{10};

  /// `credentials` outlives this object.
  explicit JoinCodes(const NodeCredentials& credentials) : credentials_(credentials) {}

  wire::JoinCode make(database::Connection& connection, NodeId node, Timestamp now) const;
  /// Uses the code up. kUnauthorized when it is unknown, used or expired.
  wire::JoinAnswer redeem(database::Connection& connection, std::string_view code, Timestamp now) const;
  /// The duty.
  void forget_expired(database::Database& database, Timestamp now) const;

 private:
  const NodeCredentials& credentials_;
};

}  // namespace strata::panel
