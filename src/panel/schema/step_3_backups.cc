#include "strata/panel/schema/steps.h"

namespace strata::panel::steps {

// `server_backups.state` is pending, dispatched, running, completed, completed_with_warnings, failed, cancelled, lost
// or corrupt and only moves forward. `report_digest` tells a repeated report from a contradicting one. Rows stay after
// `deleted`, for statistics. `operations.command` is the JSON body that is sent again until the node answers; `fence`
// comes from the counter of that name, raised in the same transaction.
const std::string_view kBackups = R"sql(
create table server_backup_groups (
  uuid text primary key,
  server_uuid text not null references servers (uuid) on delete cascade,
  name text not null,
  retention_count bigint,
  retention_days bigint,
  created bigint not null,
  unique (server_uuid, name)
);

create table system_backup_policies (
  uuid text primary key,
  backup_configuration_uuid text references backup_configurations (uuid) on delete set null,
  name text not null unique,
  description text,
  enabled bigint not null default 1 check (enabled in (0, 1)),
  cron text not null,
  retention_count bigint,
  retention_days bigint,
  parallelism bigint not null default 2,
  triggered bigint,
  created bigint not null
);
create index system_backup_policies_configuration on system_backup_policies (backup_configuration_uuid);

create table server_backups (
  uuid text primary key,
  server_uuid text references servers (uuid) on delete set null,
  node_uuid text not null references nodes (uuid),
  backup_configuration_uuid text references backup_configurations (uuid) on delete set null,
  backup_group_uuid text references server_backup_groups (uuid) on delete set null,
  system_backup_policy_uuid text references system_backup_policies (uuid) on delete set null,
  name text not null,
  server_name text not null default '',
  successful bigint not null default 0 check (successful in (0, 1)),
  browsable bigint not null default 0 check (browsable in (0, 1)),
  streaming bigint not null default 0 check (streaming in (0, 1)),
  shared bigint not null default 0 check (shared in (0, 1)),
  locked bigint not null default 0 check (locked in (0, 1)),
  ignored_files text not null default '[]',
  checksum text,
  bytes bigint not null default 0,
  files bigint not null default 0,
  disk text not null,
  metadata text not null default '{}',
  upload_id text,
  upload_path text,
  state text not null,
  error text,
  warnings_count bigint not null default 0,
  warnings text not null default '[]',
  operation_uuid text,
  fence bigint not null default 0,
  report_digest text,
  archive_format text,
  manifest_hash text,
  content_bytes bigint not null default 0,
  verified_at bigint,
  verify_result text,
  verify_damage text not null default '[]',
  last_progress bigint,
  completed bigint,
  deleting bigint,
  deletion_retries bigint not null default 0,
  deleted bigint,
  created bigint not null
);
create index server_backups_server on server_backups (server_uuid, deleted, created);
create index server_backups_node on server_backups (node_uuid, deleted, created);
create index server_backups_configuration on server_backups (backup_configuration_uuid, deleted);
create index server_backups_group on server_backups (backup_group_uuid);
create index server_backups_policy on server_backups (system_backup_policy_uuid);
create index server_backups_state on server_backups (state);
create index server_backups_deleting on server_backups (deleting);

create table operations (
  uuid text primary key,
  kind text not null,
  backup_uuid text references server_backups (uuid) on delete cascade,
  server_uuid text references servers (uuid) on delete set null,
  node_uuid text not null references nodes (uuid) on delete cascade,
  requested_by text references users (uuid) on delete set null,
  fence bigint not null,
  attempt bigint not null default 0,
  state text not null,
  phase text not null default 'queued',
  command text not null,
  error text,
  cancel_requested bigint not null default 0 check (cancel_requested in (0, 1)),
  bytes bigint not null default 0,
  total_bytes bigint not null default 0,
  files bigint not null default 0,
  total_files bigint not null default 0,
  sequence bigint not null default 0,
  boot_uuid text,
  result_digest text,
  warnings_count bigint not null default 0,
  warnings text not null default '[]',
  lease_owner text,
  lease_until bigint,
  next_attempt bigint,
  started bigint,
  last_progress bigint,
  finished bigint,
  created bigint not null
);
create index operations_state on operations (state, next_attempt);
create index operations_node on operations (node_uuid, state);
create index operations_server on operations (server_uuid, state);
create index operations_backup on operations (backup_uuid);
)sql";

}  // namespace strata::panel::steps
