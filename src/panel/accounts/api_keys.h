#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/panel/accounts/caller.h"
#include "strata/wire/accounts.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// What an API key stands for: its owner, and the key with its permission lists.
struct KnownApiKey {
  wire::ApiKey key;
  wire::User user;
};

/// Keys for `Authorization: Bearer`: "strata_" and 43 random letters and digits (256 bits), of which the database has
/// the first 16 characters and the SHA-256. Any thread.
class ApiKeys {
 public:
  static constexpr std::int64_t kMaximumPerUser = 100;

  /// Both outlive this object.
  ApiKeys(database::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// Only what the key of `ceiling`, if it is one, may do itself (kForbidden otherwise); every wrong permission name at
  /// once (kInvalid); kRefused at kMaximumPerUser.
  wire::CreatedApiKey create(database::Connection& connection, UserId user, const wire::CreateApiKey& request,
                             const Caller* ceiling);
  /// nullopt for an unknown or expired one. Notes the use.
  std::optional<KnownApiKey> find(std::string_view bearer);
  wire::Page<wire::ApiKey> list(database::Connection& connection, UserId user, const wire::PageQuery& query);
  /// kNotFound "api key not found", also when it is another user's. Answers its name.
  std::string remove(database::Connection& connection, UserId user, ApiKeyId id);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace strata::panel
