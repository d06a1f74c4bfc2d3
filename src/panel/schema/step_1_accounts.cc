#include "strata/panel/schema/steps.h"

namespace strata::panel::steps {

// `username_key` and `email_key` are lower case: nobody can be "Admin" beside "admin". `sessions.token_hash` and
// `api_keys.key_hash` are SHA-256 of a random token, so a copied database opens no door. `secrets` holds what crypto's
// Sealer made; its key is the seal's context, which is why a value does not open in another row.
const std::string_view kAccounts = R"sql(
create table users (
  uuid text primary key,
  username text not null,
  username_key text not null unique,
  email text,
  email_key text unique,
  password_hash text not null,
  admin bigint not null default 0 check (admin in (0, 1)),
  suspended bigint not null default 0 check (suspended in (0, 1)),
  last_login bigint,
  created bigint not null
);
create index users_created on users (created);

create table sessions (
  uuid text primary key,
  user_uuid text not null references users (uuid) on delete cascade,
  token_hash text not null unique,
  address text not null,
  user_agent text not null,
  last_used bigint not null,
  created bigint not null
);
create index sessions_user on sessions (user_uuid);
create index sessions_last_used on sessions (last_used);

create table api_keys (
  uuid text primary key,
  user_uuid text not null references users (uuid) on delete cascade,
  name text not null,
  key_start text not null,
  key_hash text not null unique,
  user_permissions text,
  admin_permissions text,
  server_permissions text,
  expires bigint,
  last_used bigint,
  created bigint not null
);
create index api_keys_user on api_keys (user_uuid, created);

create table settings (
  key text primary key,
  value text not null
);

create table counters (
  name text primary key,
  value bigint not null
);
insert into counters (name, value) values ('fence', 0);

create table secrets (
  owner_table text not null,
  owner_uuid text not null,
  field text not null,
  sealed text not null,
  updated bigint not null,
  primary key (owner_table, owner_uuid, field)
);
)sql";

}  // namespace strata::panel::steps
