#pragma once

#include <string>
#include <string_view>

#include "strata/base/log.h"
#include "strata/crypto/password.h"
#include "strata/panel/accounts/api_keys.h"
#include "strata/panel/accounts/sessions.h"
#include "strata/panel/audit/activity_log.h"
#include "strata/panel/foundation.h"

namespace strata::panel {

/// A successful sign-in.
struct SignIn {
  wire::User user;
  Secret cookie;
};

/// Users and how they prove who they are. Any thread.
class Accounts {
 public:
  Accounts(const Foundation& foundation, crypto::PasswordCost cost);

  /// kInvalid outside the limits of wire::CreateUser, kConflict when name or e-mail address are taken.
  wire::User create_user(const wire::CreateUser& request, const Actor& actor);
  wire::User user(UserId id);
  /// The oldest administrator, if there is one yet.
  std::optional<wire::User> first_admin();
  wire::Page<wire::User> users(const wire::PageQuery& query);
  /// Ends every session of the user.
  void set_password(UserId id, const Secret& password, const Actor& actor);

  /// kUnauthorized when name or password are wrong (it does not say which), kForbidden for a suspended account. Takes
  /// as long for a name that does not exist.
  SignIn sign_in(const wire::LoginRequest& request, std::string_view address, std::string_view user_agent);
  void sign_out(const Caller& caller);

  /// `caller` null: made by the Panel itself (first start, command line).
  wire::CreatedApiKey create_api_key(UserId user, const wire::CreateApiKey& request, const Caller* caller);
  wire::Page<wire::ApiKey> api_keys(UserId user, const wire::PageQuery& query);
  void delete_api_key(const Caller& caller, ApiKeyId id);

  Sessions& sessions() { return sessions_; }
  ApiKeys& key_store() { return api_keys_; }

 private:
  const Foundation foundation_;
  crypto::PasswordHasher hasher_;
  Sessions sessions_;
  ApiKeys api_keys_;
};

}  // namespace strata::panel
