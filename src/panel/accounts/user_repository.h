#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/accounts.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// How names and e-mail addresses are compared: without case.
std::string login_key(std::string_view name_or_email);

std::string user_columns(std::string_view table, std::string_view prefix);
wire::User read_user(const database::Row& row, std::string_view prefix);

/// A user with what proves the password.
struct UserWithPassword {
  wire::User user;
  std::string password_hash;
};

/// The `users` table, seen through a connection (see ServerRepository). Names and e-mail addresses are compared without
/// case.
class UserRepository {
 public:
  explicit UserRepository(database::Connection& connection) : connection_(connection) {}

  /// kNotFound "user not found".
  wire::User get(UserId id);
  bool exists(UserId id);
  /// By user name or e-mail address.
  std::optional<UserWithPassword> find_by_login(std::string_view login);
  /// The oldest administrator.
  std::optional<wire::User> first_admin();
  /// Inside a read transaction, so that total and rows agree.
  wire::Page<wire::User> list(const wire::PageQuery& query);

  /// kConflict when the name or the e-mail address is taken.
  void insert(const UserWithPassword& user);
  void set_password(UserId id, std::string_view password_hash);
  void note_login(UserId id, Timestamp now);

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
