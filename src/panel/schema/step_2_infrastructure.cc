#include "strata/panel/schema/steps.h"

namespace strata::panel::steps {

// `deleted` on configurations and nodes: deleted by force while backups still need them. Such a row is in no list and
// can be assigned nowhere; it goes with its last backup. Names are unique among the living, hence the partial indexes.
// Before deciding about a server's limits or state a transaction raises `row_version`: that serialises deciders on both
// engines.
const std::string_view kInfrastructure = R"sql(
create table backup_configurations (
  uuid text primary key,
  name text not null,
  description text,
  maintenance_enabled bigint not null default 0 check (maintenance_enabled in (0, 1)),
  shared bigint not null default 0 check (shared in (0, 1)),
  backup_disk text not null,
  backup_configs text not null default '{}',
  deleted bigint,
  created bigint not null
);
create unique index backup_configurations_name on backup_configurations (name) where deleted is null;
create index backup_configurations_created on backup_configurations (created);

create table locations (
  uuid text primary key,
  backup_configuration_uuid text references backup_configurations (uuid) on delete set null,
  name text not null unique,
  description text,
  flag text,
  created bigint not null
);
create index locations_configuration on locations (backup_configuration_uuid);
create index locations_created on locations (created);

create table nodes (
  uuid text primary key,
  location_uuid text not null references locations (uuid),
  backup_configuration_uuid text references backup_configurations (uuid) on delete set null,
  name text not null,
  description text,
  deployment_enabled bigint not null default 0 check (deployment_enabled in (0, 1)),
  maintenance_enabled bigint not null default 0 check (maintenance_enabled in (0, 1)),
  public_url text,
  url text not null,
  sftp_host text,
  sftp_port bigint not null,
  memory bigint not null,
  disk bigint not null,
  token_id text not null unique,
  last_seen bigint,
  boot_uuid text,
  deleted bigint,
  created bigint not null
);
create unique index nodes_name on nodes (name) where deleted is null;
create index nodes_location on nodes (location_uuid);
create index nodes_configuration on nodes (backup_configuration_uuid);
create index nodes_created on nodes (created);

create table node_join_codes (
  code_hash text primary key,
  node_uuid text not null references nodes (uuid) on delete cascade,
  expires bigint not null,
  created bigint not null
);
create index node_join_codes_node on node_join_codes (node_uuid);

create table servers (
  uuid text primary key,
  uuid_short text not null unique,
  external_id text unique,
  node_uuid text not null references nodes (uuid),
  destination_node_uuid text references nodes (uuid),
  owner_uuid text not null references users (uuid),
  backup_configuration_uuid text references backup_configurations (uuid) on delete set null,
  name text not null,
  description text,
  status text,
  suspended bigint not null default 0 check (suspended in (0, 1)),
  cpu bigint not null default 0,
  memory bigint not null default 0,
  memory_overhead bigint not null default 0,
  swap bigint not null default 0,
  disk bigint not null default 0,
  io_weight bigint,
  allocation_limit bigint not null default 0,
  database_limit bigint not null default 0,
  backup_limit bigint not null default 0,
  schedule_limit bigint not null default 0,
  path text,
  runtime_kind text not null default 'none',
  runtime_name text,
  owners text not null default 'server',
  undo_until bigint,
  undo_operation_uuid text,
  row_version bigint not null default 0,
  created bigint not null
);
create unique index servers_path on servers (node_uuid, path) where path is not null;
create index servers_node on servers (node_uuid, created);
create index servers_owner on servers (owner_uuid, created);
create index servers_configuration on servers (backup_configuration_uuid);
create index servers_status on servers (status);
create index servers_created on servers (created);
)sql";

}  // namespace strata::panel::steps
