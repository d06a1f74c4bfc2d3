#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/panel/accounts/caller.h"
#include "strata/wire/accounts.h"

namespace strata::panel {

inline constexpr std::string_view kSessionCookie = "strata_session";

/// What a session cookie stands for.
struct OpenSession {
  SessionId session;
  wire::User user;
};

/// Sign-ins. The cookie holds 48 random letters and digits (285 bits); the database only its SHA-256. A session ends
/// after kIdleLifetime without use, and in any case after kLongestLifetime. Any thread.
class Sessions {
 public:
  static constexpr std::chrono::hours kIdleLifetime{7 * 24};
  static constexpr std::chrono::hours kLongestLifetime{30 * 24};

  /// Both outlive this object.
  Sessions(database::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// The cookie's value.
  Secret open(database::Connection& connection, UserId user, std::string_view address, std::string_view user_agent);
  /// nullopt for an unknown or expired one. Notes the use.
  std::optional<OpenSession> find(std::string_view cookie);
  void close(database::Connection& connection, SessionId session);
  void close_all(database::Connection& connection, UserId user);
  /// The duty: expired rows go.
  void forget_expired();

 private:
  Timestamp oldest_use() const { return clock_.now() - kIdleLifetime; }
  Timestamp oldest_start() const { return clock_.now() - kLongestLifetime; }

  database::Database& database_;
  const Clock& clock_;
};

}  // namespace strata::panel
