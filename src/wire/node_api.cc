#include "strata/wire/node_api.h"

#include "strata/describe/object.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<CreateBackupCommand>) {
  static const auto schema = object<CreateBackupCommand>("CreateBackupCommand")
                                 .field("adapter", &CreateBackupCommand::adapter)
                                 .field("uuid", &CreateBackupCommand::uuid)
                                 .field("ignore", &CreateBackupCommand::ignore)
                                 .defaulted()
                                 .length(0, 1_MiB)
                                 .field("name", &CreateBackupCommand::name)
                                 .field("configuration", &CreateBackupCommand::configuration)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RestoreBackupCommand>) {
  static const auto schema = object<RestoreBackupCommand>("RestoreBackupCommand")
                                 .field("adapter", &RestoreBackupCommand::adapter)
                                 .field("truncate_directory", &RestoreBackupCommand::truncate_directory)
                                 .defaulted()
                                 .field("download_url", &RestoreBackupCommand::download_url)
                                 .field("keep_ignored", &RestoreBackupCommand::keep_ignored)
                                 .defaulted()
                                 .field("force", &RestoreBackupCommand::force)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UndoRestoreCommand>) {
  static const auto schema = object<UndoRestoreCommand>("UndoRestoreCommand")
                                 .field("operation", &UndoRestoreCommand::operation)
                                 .field("force", &UndoRestoreCommand::force)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DeleteBackupCommand>) {
  static const auto schema = object<DeleteBackupCommand>("DeleteBackupCommand")
                                 .field("adapter", &DeleteBackupCommand::adapter)
                                 .field("foreground", &DeleteBackupCommand::foreground)
                                 .defaulted()
                                 .field("server", &DeleteBackupCommand::server)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<VerifyBackupCommand>) {
  static const auto schema = object<VerifyBackupCommand>("VerifyBackupCommand")
                                 .field("adapter", &VerifyBackupCommand::adapter)
                                 .field("server", &VerifyBackupCommand::server)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateServerCommand>) {
  static const auto schema = object<CreateServerCommand>("CreateServerCommand")
                                 .field("uuid", &CreateServerCommand::uuid)
                                 .field("start_on_completion", &CreateServerCommand::start_on_completion)
                                 .defaulted()
                                 .field("skip_scripts", &CreateServerCommand::skip_scripts)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<OperationKind>) {
  static const auto schema =
      describe::enumeration<OperationKind>("OperationKind", {{OperationKind::kCreate, "create"},
                                                             {OperationKind::kRestore, "restore"},
                                                             {OperationKind::kUndo, "undo"},
                                                             {OperationKind::kDelete, "delete"},
                                                             {OperationKind::kVerify, "verify"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<OperationStatus>) {
  static const auto schema = object<OperationStatus>("OperationStatus")
                                 .field("operation", &OperationStatus::operation)
                                 .field("kind", &OperationStatus::kind)
                                 .field("backup", &OperationStatus::backup)
                                 .field("server", &OperationStatus::server)
                                 .field("fence", &OperationStatus::fence)
                                 .defaulted()
                                 .field("phase", &OperationStatus::phase)
                                 .field("bytes", &OperationStatus::bytes)
                                 .defaulted()
                                 .field("total_bytes", &OperationStatus::total_bytes)
                                 .defaulted()
                                 .field("files", &OperationStatus::files)
                                 .defaulted()
                                 .field("total_files", &OperationStatus::total_files)
                                 .defaulted()
                                 .field("sequence", &OperationStatus::sequence)
                                 .defaulted()
                                 .field("started", &OperationStatus::started)
                                 .field("error", &OperationStatus::error)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<OperationList>) {
  static const auto schema =
      object<OperationList>("OperationList").field("operations", &OperationList::operations).items(0, 10'000).build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<QueryBackupAnswer>) {
  static const auto schema = object<QueryBackupAnswer>("QueryBackupAnswer")
                                 .field("archive_format", &QueryBackupAnswer::archive_format)
                                 .field("size", &QueryBackupAnswer::size)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<SystemInformation>) {
  static const auto schema = object<SystemInformation>("SystemInformation")
                                 .field("architecture", &SystemInformation::architecture)
                                 .defaulted()
                                 .field("cpu_count", &SystemInformation::cpu_count)
                                 .defaulted()
                                 .field("kernel_version", &SystemInformation::kernel_version)
                                 .defaulted()
                                 .field("os", &SystemInformation::os)
                                 .defaulted()
                                 .field("version", &SystemInformation::version)
                                 .field("boot", &SystemInformation::boot)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ConfigurationApplied>) {
  static const auto schema =
      object<ConfigurationApplied>("ConfigurationApplied").field("applied", &ConfigurationApplied::applied).build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ServerState>) {
  static const auto schema = object<ServerState>("ServerState")
                                 .field("uuid", &ServerState::uuid)
                                 .defaulted()
                                 .field("state", &ServerState::state)
                                 .field("is_suspended", &ServerState::is_suspended)
                                 .defaulted()
                                 .field("is_locked", &ServerState::is_locked)
                                 .defaulted()
                                 .field("path", &ServerState::path)
                                 .defaulted()
                                 .field("undo_until", &ServerState::undo_until)
                                 .build();
  return schema;
}

}  // namespace strata::wire
