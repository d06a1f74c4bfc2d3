#include "strata/wire/servers.h"

#include <cstdint>

#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::wire {

using describe::object;

namespace {

// The node is the judge of a path; here only what can never be one.
describe::TextRule absolute_path() {
  return describe::matches([](std::string_view text) { return text.starts_with('/'); },
                           "must be an absolute path on the node");
}

}  // namespace

const describe::Schema& schema_of(std::type_identity<ServerStatus>) {
  static const auto schema = describe::enumeration<ServerStatus>(
      "ServerStatus", {{ServerStatus::kInstalling, "installing"},
                       {ServerStatus::kInstallFailed, "install_failed"},
                       {ServerStatus::kRestoringBackup, "restoring_backup"},
                       {ServerStatus::kBackupRestoreFailed, "backup_restore_failed"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ServerLimits>) {
  static const auto schema = object<ServerLimits>("ServerLimits")
                                 .field("cpu", &ServerLimits::cpu)
                                 .defaulted()
                                 .at_least(0)
                                 .field("memory", &ServerLimits::memory)
                                 .defaulted()
                                 .at_least(0)
                                 .field("memory_overhead", &ServerLimits::memory_overhead)
                                 .defaulted()
                                 .at_least(0)
                                 .field("swap", &ServerLimits::swap)
                                 .defaulted()
                                 .at_least(-1)
                                 .field("disk", &ServerLimits::disk)
                                 .defaulted()
                                 .at_least(0)
                                 .field("io_weight", &ServerLimits::io_weight)
                                 .range(0, 1000)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<FeatureLimits>) {
  static const auto schema = object<FeatureLimits>("FeatureLimits")
                                 .field("allocations", &FeatureLimits::allocations)
                                 .defaulted()
                                 .range(0, INT32_MAX)
                                 .field("databases", &FeatureLimits::databases)
                                 .defaulted()
                                 .range(0, INT32_MAX)
                                 .field("backups", &FeatureLimits::backups)
                                 .defaulted()
                                 .range(0, INT32_MAX)
                                 .field("schedules", &FeatureLimits::schedules)
                                 .defaulted()
                                 .range(0, INT32_MAX)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<OwnerPolicy>) {
  static const auto schema = describe::enumeration<OwnerPolicy>(
      "OwnerPolicy", {{OwnerPolicy::kServer, "server"}, {OwnerPolicy::kPreserve, "preserve"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Server>) {
  static const auto schema = object<Server>("Server")
                                 .field("uuid", &Server::uuid)
                                 .field("uuid_short", &Server::uuid_short)
                                 .field("external_id", &Server::external_id)
                                 .field("node", &Server::node)
                                 .field("owner", &Server::owner)
                                 .field("backup_configuration", &Server::backup_configuration)
                                 .field("status", &Server::status)
                                 .field("is_suspended", &Server::is_suspended)
                                 .field("is_transferring", &Server::is_transferring)
                                 .field("name", &Server::name)
                                 .field("description", &Server::description)
                                 .field("limits", &Server::limits)
                                 .field("feature_limits", &Server::feature_limits)
                                 .field("created", &Server::created)
                                 .field("path", &Server::path)
                                 .field("runtime", &Server::runtime)
                                 .field("owners", &Server::owners)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateServer>) {
  static const auto schema = object<CreateServer>("CreateServer")
                                 .field("node_uuid", &CreateServer::node_uuid)
                                 .field("owner_uuid", &CreateServer::owner_uuid)
                                 .field("backup_configuration_uuid", &CreateServer::backup_configuration_uuid)
                                 .field("external_id", &CreateServer::external_id)
                                 .length(1, 255)
                                 .field("name", &CreateServer::name)
                                 .length(3, 255)
                                 .field("description", &CreateServer::description)
                                 .length(0, 1024)
                                 .field("limits", &CreateServer::limits)
                                 .defaulted()
                                 .field("feature_limits", &CreateServer::feature_limits)
                                 .defaulted()
                                 .field("path", &CreateServer::path)
                                 .length(1, 4096)
                                 .must(absolute_path())
                                 .field("runtime", &CreateServer::runtime)
                                 .field("owners", &CreateServer::owners)
                                 .field("start_on_completion", &CreateServer::start_on_completion)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UpdateServer>) {
  static const auto schema = object<UpdateServer>("UpdateServer")
                                 .field("owner_uuid", &UpdateServer::owner_uuid)
                                 .field("backup_configuration_uuid", &UpdateServer::backup_configuration_uuid)
                                 .field("external_id", &UpdateServer::external_id)
                                 .length(1, 255)
                                 .field("name", &UpdateServer::name)
                                 .length(1, 255)
                                 .field("description", &UpdateServer::description)
                                 .length(0, 1024)
                                 .field("limits", &UpdateServer::limits)
                                 .field("feature_limits", &UpdateServer::feature_limits)
                                 .field("suspended", &UpdateServer::suspended)
                                 .field("runtime", &UpdateServer::runtime)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DeleteServer>) {
  static const auto schema = object<DeleteServer>("DeleteServer")
                                 .field("force", &DeleteServer::force)
                                 .defaulted()
                                 .field("delete_backups", &DeleteServer::delete_backups)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ClientServer>) {
  static const auto schema = object<ClientServer>("ClientServer")
                                 .field("uuid", &ClientServer::uuid)
                                 .field("uuid_short", &ClientServer::uuid_short)
                                 .field("name", &ClientServer::name)
                                 .field("description", &ClientServer::description)
                                 .field("status", &ClientServer::status)
                                 .field("is_suspended", &ClientServer::is_suspended)
                                 .field("is_owner", &ClientServer::is_owner)
                                 .field("node_uuid", &ClientServer::node_uuid)
                                 .field("node_name", &ClientServer::node_name)
                                 .field("location_uuid", &ClientServer::location_uuid)
                                 .field("limits", &ClientServer::limits)
                                 .field("feature_limits", &ClientServer::feature_limits)
                                 .field("permissions", &ClientServer::permissions)
                                 .field("created", &ClientServer::created)
                                 .build();
  return schema;
}

}  // namespace strata::wire
