#pragma once

#include <optional>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"

/// Who uses the Panel, and how they prove it (spec/panel 8).
namespace strata::wire {

struct User {
  UserId uuid;
  std::string username;
  std::optional<std::string> email;
  bool admin = false;
  bool suspended = false;
  Timestamp created;
};
STRATA_DESCRIBED(User);

/// POST /api/auth/login: `user` is a user name or an e-mail address. The answer sets the session cookie.
struct LoginRequest {
  std::string user;
  Secret password;
};
STRATA_DESCRIBED(LoginRequest);

struct LoginAnswer {
  std::string type = "completed";
  User user;
};
STRATA_DESCRIBED(LoginAnswer);

/// POST /api/admin/users
struct CreateUser {
  std::string username;  ///< 3 to 64 of [A-Za-z0-9_.-]
  std::optional<std::string> email;
  Secret password;  ///< 12 to 256 characters
  bool admin = false;
};
STRATA_DESCRIBED(CreateUser);

/// A key for `Authorization: Bearer`. A permission list narrows what the owner may do to these names; null does not
/// narrow.
struct ApiKey {
  ApiKeyId uuid;
  std::string name;
  std::string key_start;  ///< the first 16 characters, to recognise it
  std::optional<std::vector<std::string>> user_permissions;
  std::optional<std::vector<std::string>> admin_permissions;
  std::optional<std::vector<std::string>> server_permissions;
  std::optional<Timestamp> expires;
  std::optional<Timestamp> last_used;
  Timestamp created;
};
STRATA_DESCRIBED(ApiKey);

/// POST /api/client/account/api-keys
struct CreateApiKey {
  std::string name;  ///< 1 to 255
  std::optional<std::vector<std::string>> user_permissions;
  std::optional<std::vector<std::string>> admin_permissions;
  std::optional<std::vector<std::string>> server_permissions;
  std::optional<Timestamp> expires;
};
STRATA_DESCRIBED(CreateApiKey);

/// The only time the whole key is shown.
struct CreatedApiKey {
  ApiKey api_key;
  std::string key;
};
STRATA_DESCRIBED(CreatedApiKey);

}  // namespace strata::wire
