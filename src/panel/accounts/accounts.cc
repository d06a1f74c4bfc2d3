#include "strata/panel/accounts/accounts.h"

#include "strata/base/error.h"
#include "strata/database/transaction.h"
#include "strata/describe/json.h"
#include "strata/panel/accounts/user_repository.h"

namespace strata::panel {

using database::Connection;
using database::Transaction;
using database::with_transaction;

Accounts::Accounts(const Foundation& foundation, crypto::PasswordCost cost)
    : foundation_(foundation),
      hasher_(cost),
      sessions_(foundation.database, foundation.clock),
      api_keys_(foundation.database, foundation.clock) {}

wire::User Accounts::create_user(const wire::CreateUser& given, const Actor& actor) {
  // The command line comes here too, without the gate: the same limits hold.
  const auto request = describe::parse<wire::CreateUser>(describe::to_json(given, describe::Secrets::kReveal));
  const UserWithPassword made{.user = {.uuid = UserId::random(),
                                       .username = request.username,
                                       .email = request.email,
                                       .admin = request.admin,
                                       .suspended = false,
                                       .created = foundation_.clock.now()},
                              .password_hash = hasher_.hash(request.password)};
  return with_transaction(foundation_.database, [&](Connection& connection) {
    try {
      UserRepository(connection).insert(made);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kConflict) throw;
      throw Error(ErrorKind::kConflict, "user with this name or e-mail address already exists");
    }
    record_activity(
        connection, foundation_.clock.now(), actor,
        {.event = "user:create",
         .data = {{"uuid", made.user.uuid.text()}, {"username", made.user.username}, {"admin", made.user.admin}}});
    return made.user;
  });
}

wire::User Accounts::user(UserId id) {
  auto connection = foundation_.database.reader();
  return UserRepository(connection).get(id);
}

std::optional<wire::User> Accounts::first_admin() {
  auto connection = foundation_.database.reader();
  return UserRepository(connection).first_admin();
}

wire::Page<wire::User> Accounts::users(const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return UserRepository(snapshot.connection()).list(query);
}

void Accounts::set_password(UserId id, const Secret& password, const Actor& actor) {
  const auto hash = hasher_.hash(password);
  with_transaction(foundation_.database, [&](Connection& connection) {
    UserRepository users(connection);
    const auto user = users.get(id);
    users.set_password(id, hash);
    sessions_.close_all(connection, id);
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "user:update",
                     .data = {{"uuid", id.text()}, {"username", user.username}, {"changed", {"password"}}}});
  });
}

SignIn Accounts::sign_in(const wire::LoginRequest& request, std::string_view address, std::string_view user_agent) {
  std::optional<UserWithPassword> known;
  {
    auto connection = foundation_.database.reader();
    known = UserRepository(connection).find_by_login(request.user);
  }
  const bool right =
      known ? hasher_.verify(known->password_hash, request.password) : hasher_.verify_nobody(request.password);
  Actor actor;
  actor.address = std::string(address);
  if (known) actor.user = known->user.uuid;
  if (!right) {
    // What was typed as the name is not recorded: now and then it is a password.
    with_transaction(foundation_.database, [&](Connection& connection) {
      record_activity(connection, foundation_.clock.now(), actor, {.event = "auth:login-failed", .data = {}});
    });
    throw Error(ErrorKind::kUnauthorized, "the user name or the password is wrong");
  }
  if (known->user.suspended) throw Error(ErrorKind::kForbidden, "account is suspended");
  std::optional<std::string> new_hash;
  if (hasher_.needs_rehash(known->password_hash)) new_hash = hasher_.hash(request.password);
  return with_transaction(foundation_.database, [&](Connection& connection) {
    UserRepository users(connection);
    const auto now = foundation_.clock.now();
    if (new_hash) users.set_password(known->user.uuid, *new_hash);
    users.note_login(known->user.uuid, now);
    auto cookie = sessions_.open(connection, known->user.uuid, address, user_agent);
    record_activity(connection, now, actor, {.event = "auth:login", .data = {}});
    return SignIn{.user = known->user, .cookie = std::move(cookie)};
  });
}

void Accounts::sign_out(const Caller& caller) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    if (caller.session) sessions_.close(connection, *caller.session);
    record_activity(connection, foundation_.clock.now(), caller, {.event = "auth:logout", .data = {}});
  });
}

wire::CreatedApiKey Accounts::create_api_key(UserId user, const wire::CreateApiKey& request, const Caller* caller) {
  return with_transaction(foundation_.database, [&](Connection& connection) {
    auto made = api_keys_.create(connection, user, request, caller);
    record_activity(connection, foundation_.clock.now(), caller == nullptr ? Actor() : Actor(*caller),
                    {.event = "api-key:create",
                     .data = {{"uuid", made.api_key.uuid.text()}, {"name", made.api_key.name}, {"user", user.text()}}});
    return made;
  });
}

wire::Page<wire::ApiKey> Accounts::api_keys(UserId user, const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return api_keys_.list(snapshot.connection(), user, query);
}

void Accounts::delete_api_key(const Caller& caller, ApiKeyId id) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    const auto name = api_keys_.remove(connection, caller.user, id);
    // The key that asks may be the one that goes: the line cannot point to it.
    Actor actor(caller);
    if (actor.api_key == id) actor.api_key.reset();
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "api-key:delete", .data = {{"uuid", id.text()}, {"name", name}}});
  });
}

}  // namespace strata::panel
