#include "strata/panel/accounts/user_repository.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/panel/rules/list_sql.h"

namespace strata::panel {

namespace {

constexpr std::array<std::string_view, 6> kColumns = {"uuid", "username", "email", "admin", "suspended", "created"};

const std::string& columns() {
  static const auto text = user_columns("u", "");
  return text;
}

}  // namespace

// ASCII only: user names have no other letters, and an e-mail address that differs in others is another one.
std::string login_key(std::string_view name_or_email) {
  std::string result(name_or_email);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string user_columns(std::string_view table, std::string_view prefix) {
  return aliased(kColumns, table, prefix);
}

wire::User read_user(const database::Row& row, std::string_view prefix) {
  const auto column = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  return {.uuid = row.id<UserId>(column("uuid")),
          .username = row.text(column("username")),
          .email = row.optional_text(column("email")),
          .admin = row.boolean(column("admin")),
          .suspended = row.boolean(column("suspended")),
          .created = row.time(column("created"))};
}

wire::User UserRepository::get(UserId id) {
  static const auto sql = fmt::format("select {} from users u where u.uuid = :uuid", columns());
  const auto row = connection_.query_optional(sql, {{"uuid", id}});
  if (!row) throw Error(ErrorKind::kNotFound, "user not found");
  return read_user(*row, "");
}

bool UserRepository::exists(UserId id) {
  return connection_.query_optional("select 1 as found from users where uuid = :uuid", {{"uuid", id}}).has_value();
}

std::optional<UserWithPassword> UserRepository::find_by_login(std::string_view login) {
  static const auto sql = fmt::format(
      "select {}, u.password_hash as password_hash from users u where u.username_key = :key or u.email_key = :key",
      columns());
  const auto row = connection_.query_optional(sql, {{"key", login_key(login)}});
  if (!row) return std::nullopt;
  return UserWithPassword{read_user(*row, ""), row->text("password_hash")};
}

std::optional<wire::User> UserRepository::first_admin() {
  static const auto sql =
      fmt::format("select {} from users u where u.admin = 1 order by u.created, u.uuid limit 1", columns());
  const auto row = connection_.query_optional(sql);
  if (!row) return std::nullopt;
  return read_user(*row, "");
}

wire::Page<wire::User> UserRepository::list(const wire::PageQuery& query) {
  const ListSql sql{.columns = columns(), .table = "users u", .joins = "", .row = "u", .searched = "username"};
  return list_page(connection_, sql, {}, query, [](const database::Row& row) { return read_user(row, ""); });
}

void UserRepository::insert(const UserWithPassword& made) {
  const auto& user = made.user;
  std::optional<std::string> email_key;
  if (user.email) email_key = login_key(*user.email);
  connection_.execute(
      "insert into users (uuid, username, username_key, email, email_key, password_hash, admin, suspended, created) "
      "values (:uuid, :username, :username_key, :email, :email_key, :password_hash, :admin, :suspended, :created)",
      {{"uuid", user.uuid},
       {"username", user.username},
       {"username_key", login_key(user.username)},
       {"email", user.email},
       {"email_key", email_key},
       {"password_hash", made.password_hash},
       {"admin", user.admin},
       {"suspended", user.suspended},
       {"created", user.created}});
}

void UserRepository::set_password(UserId id, std::string_view password_hash) {
  connection_.execute("update users set password_hash = :hash where uuid = :uuid",
                      {{"uuid", id}, {"hash", password_hash}});
}

void UserRepository::note_login(UserId id, Timestamp now) {
  connection_.execute("update users set last_login = :now where uuid = :uuid", {{"uuid", id}, {"now", now}});
}

}  // namespace strata::panel
