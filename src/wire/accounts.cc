#include "strata/wire/accounts.h"

#include <algorithm>
#include <string_view>

#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::wire {

using describe::object;

namespace {

bool is_user_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

describe::TextRule user_name() {
  return describe::matches(is_user_name, "may only contain letters, digits and . _ -");
}

// Only what keeps it apart from a user name: whether a mailbox exists cannot be told from its address.
describe::TextRule email_address() {
  return describe::matches(
      [](std::string_view text) {
        const auto at = text.find('@');
        return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
               text.find_first_of(" \t\r\n") == std::string_view::npos;
      },
      "is not an e-mail address");
}

}  // namespace

const describe::Schema& schema_of(std::type_identity<User>) {
  static const auto schema = object<User>("User")
                                 .field("uuid", &User::uuid)
                                 .field("username", &User::username)
                                 .field("email", &User::email)
                                 .field("admin", &User::admin)
                                 .field("suspended", &User::suspended)
                                 .field("created", &User::created)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<LoginRequest>) {
  static const auto schema = object<LoginRequest>("LoginRequest")
                                 .field("user", &LoginRequest::user)
                                 .length(1, 255)
                                 .field("password", &LoginRequest::password)
                                 .length(1, 256)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<LoginAnswer>) {
  static const auto schema =
      object<LoginAnswer>("LoginAnswer").field("type", &LoginAnswer::type).field("user", &LoginAnswer::user).build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateUser>) {
  static const auto schema = object<CreateUser>("CreateUser")
                                 .field("username", &CreateUser::username)
                                 .length(3, 64)
                                 .must(user_name())
                                 .field("email", &CreateUser::email)
                                 .length(3, 255)
                                 .must(email_address())
                                 .field("password", &CreateUser::password)
                                 .length(12, 256)
                                 .field("admin", &CreateUser::admin)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ApiKey>) {
  static const auto schema = object<ApiKey>("ApiKey")
                                 .field("uuid", &ApiKey::uuid)
                                 .field("name", &ApiKey::name)
                                 .field("key_start", &ApiKey::key_start)
                                 .field("user_permissions", &ApiKey::user_permissions)
                                 .field("admin_permissions", &ApiKey::admin_permissions)
                                 .field("server_permissions", &ApiKey::server_permissions)
                                 .field("expires", &ApiKey::expires)
                                 .field("last_used", &ApiKey::last_used)
                                 .field("created", &ApiKey::created)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateApiKey>) {
  static const auto schema = object<CreateApiKey>("CreateApiKey")
                                 .field("name", &CreateApiKey::name)
                                 .length(1, 255)
                                 .field("user_permissions", &CreateApiKey::user_permissions)
                                 .items(0, 200)
                                 .length(1, 64)
                                 .field("admin_permissions", &CreateApiKey::admin_permissions)
                                 .items(0, 200)
                                 .length(1, 64)
                                 .field("server_permissions", &CreateApiKey::server_permissions)
                                 .items(0, 200)
                                 .length(1, 64)
                                 .field("expires", &CreateApiKey::expires)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreatedApiKey>) {
  static const auto schema = object<CreatedApiKey>("CreatedApiKey")
                                 .field("api_key", &CreatedApiKey::api_key)
                                 .field("key", &CreatedApiKey::key)
                                 .build();
  return schema;
}

}  // namespace strata::wire
