#include "strata/wings/journal/schema.h"

#include "strata/database/migrations.h"

namespace strata::wings {
namespace {

constexpr database::Migration kSteps[] = {
    {1, "operations and servers", R"sql(
create table operations (
  id text primary key,
  sequence bigint not null unique,
  kind text not null,
  backup text,
  server text,
  fence bigint not null,
  phase text not null,
  payload text not null,
  notes text not null,
  report text not null,
  delivery text not null,
  boot text not null,
  created bigint not null,
  updated bigint not null
);
create index operations_by_delivery on operations (delivery, sequence);
create index operations_by_backup on operations (backup);
create index operations_by_server on operations (server, kind);
create table fences (
  backup text primary key,
  fence bigint not null,
  updated bigint not null
);
create index fences_by_age on fences (updated);
create table tombstones (
  backup text primary key,
  fence bigint not null,
  until bigint not null
);
create index tombstones_by_age on tombstones (until);
create table used_tokens (
  id text primary key,
  expires bigint not null
);
create index used_tokens_by_age on used_tokens (expires);
create table servers (
  id text primary key,
  settings text not null,
  updated bigint not null
);
)sql"},
};

}  // namespace

void prepare_node_state(database::Database& database) {
  database::migrate(database, kSteps);
}

}  // namespace strata::wings
