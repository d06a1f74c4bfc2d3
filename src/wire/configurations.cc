#include "strata/wire/configurations.h"

#include "strata/describe/object.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<BackupDisk>) {
  static const auto schema = describe::enumeration<BackupDisk>("BackupDisk", {{BackupDisk::kLocal, "local"},
                                                                              {BackupDisk::kDdupBak, "ddup-bak"},
                                                                              {BackupDisk::kBtrfs, "btrfs"},
                                                                              {BackupDisk::kZfs, "zfs"},
                                                                              {BackupDisk::kS3, "s3"},
                                                                              {BackupDisk::kRestic, "restic"}});
  return schema;
}

AdapterName adapter_of(BackupDisk disk) {
  if (disk == BackupDisk::kLocal) return "wings";
  return AdapterName(describe::text_of(disk));
}

const describe::Schema& schema_of(std::type_identity<DiskSettings>) {
  static const auto schema = object<DiskSettings>("DiskSettings")
                                 .field("s3", &DiskSettings::s3)
                                 .field("restic", &DiskSettings::restic)
                                 .field("pbs", &DiskSettings::pbs)
                                 .field("kopia", &DiskSettings::kopia)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BackupConfiguration>) {
  static const auto schema = object<BackupConfiguration>("BackupConfiguration")
                                 .field("uuid", &BackupConfiguration::uuid)
                                 .field("name", &BackupConfiguration::name)
                                 .field("description", &BackupConfiguration::description)
                                 .field("maintenance_enabled", &BackupConfiguration::maintenance_enabled)
                                 .field("shared", &BackupConfiguration::shared)
                                 .field("backup_disk", &BackupConfiguration::backup_disk)
                                 .field("backup_configs", &BackupConfiguration::backup_configs)
                                 .field("created", &BackupConfiguration::created)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateBackupConfiguration>) {
  static const auto schema = object<CreateBackupConfiguration>("CreateBackupConfiguration")
                                 .field("name", &CreateBackupConfiguration::name)
                                 .length(1, 255)
                                 .field("description", &CreateBackupConfiguration::description)
                                 .length(0, 1024)
                                 .field("maintenance_enabled", &CreateBackupConfiguration::maintenance_enabled)
                                 .defaulted()
                                 .field("shared", &CreateBackupConfiguration::shared)
                                 .defaulted()
                                 .field("backup_disk", &CreateBackupConfiguration::backup_disk)
                                 .defaulted()
                                 .field("backup_configs", &CreateBackupConfiguration::backup_configs)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UpdateBackupConfiguration>) {
  static const auto schema = object<UpdateBackupConfiguration>("UpdateBackupConfiguration")
                                 .field("name", &UpdateBackupConfiguration::name)
                                 .length(1, 255)
                                 .field("description", &UpdateBackupConfiguration::description)
                                 .length(0, 1024)
                                 .field("maintenance_enabled", &UpdateBackupConfiguration::maintenance_enabled)
                                 .field("shared", &UpdateBackupConfiguration::shared)
                                 .field("backup_disk", &UpdateBackupConfiguration::backup_disk)
                                 .field("backup_configs", &UpdateBackupConfiguration::backup_configs)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DeleteQuery>) {
  static const auto schema = object<DeleteQuery>("DeleteQuery").field("force", &DeleteQuery::force).defaulted().build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<AssignmentLayer>) {
  static const auto schema =
      describe::enumeration<AssignmentLayer>("AssignmentLayer", {{AssignmentLayer::kServer, "server"},
                                                                 {AssignmentLayer::kNode, "node"},
                                                                 {AssignmentLayer::kLocation, "location"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<LayerState>) {
  static const auto schema = describe::enumeration<LayerState>("LayerState", {{LayerState::kUnset, "unset"},
                                                                              {LayerState::kChosen, "chosen"},
                                                                              {LayerState::kBlocking, "blocking"},
                                                                              {LayerState::kUnreadable, "unreadable"},
                                                                              {LayerState::kOverridden, "overridden"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ExplainedLayer>) {
  static const auto schema = object<ExplainedLayer>("ExplainedLayer")
                                 .field("layer", &ExplainedLayer::layer)
                                 .field("uuid", &ExplainedLayer::uuid)
                                 .field("name", &ExplainedLayer::name)
                                 .field("state", &ExplainedLayer::state)
                                 .field("configuration", &ExplainedLayer::configuration)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Explanation>) {
  static const auto schema = object<Explanation>("Explanation")
                                 .field("layer", &Explanation::layer)
                                 .field("configuration", &Explanation::configuration)
                                 .field("blocked", &Explanation::blocked)
                                 .field("reason", &Explanation::reason)
                                 .field("summary", &Explanation::summary)
                                 .field("chain", &Explanation::chain)
                                 .build();
  return schema;
}

}  // namespace strata::wire
