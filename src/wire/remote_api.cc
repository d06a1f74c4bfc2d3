#include "strata/wire/remote_api.h"

#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::wire {

using describe::object;

namespace {

describe::TextRule runtime_kind() {
  return describe::matches(
      [](std::string_view kind) {
        return kind == "none" || kind == "systemd" || kind == "docker" || kind == "command";
      },
      "must be one of none, systemd, docker, command");
}

}  // namespace

const describe::Schema& schema_of(std::type_identity<PathWarning>) {
  static const auto schema = object<PathWarning>("PathWarning")
                                 .field("path", &PathWarning::path)
                                 .field("path_base64", &PathWarning::path_base64)
                                 .field("reason", &PathWarning::reason)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UploadedPart>) {
  static const auto schema = object<UploadedPart>("UploadedPart")
                                 .field("etag", &UploadedPart::etag)
                                 .field("part_number", &UploadedPart::part_number)
                                 .range(1, 10'000)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BackupReport>) {
  static const auto schema = object<BackupReport>("BackupReport")
                                 .field("checksum", &BackupReport::checksum)
                                 .field("checksum_type", &BackupReport::checksum_type)
                                 .field("size", &BackupReport::size)
                                 .field("files", &BackupReport::files)
                                 .field("successful", &BackupReport::successful)
                                 .field("browsable", &BackupReport::browsable)
                                 .defaulted()
                                 .field("streaming", &BackupReport::streaming)
                                 .defaulted()
                                 .field("parts", &BackupReport::parts)
                                 .defaulted()
                                 .items(0, 10'000)
                                 .field("operation", &BackupReport::operation)
                                 .field("fence", &BackupReport::fence)
                                 .defaulted()
                                 .field("error", &BackupReport::error)
                                 .field("cancelled", &BackupReport::cancelled)
                                 .defaulted()
                                 .field("warnings_count", &BackupReport::warnings_count)
                                 .defaulted()
                                 .field("warnings", &BackupReport::warnings)
                                 .defaulted()
                                 .items(0, 1'000)
                                 .field("archive_format", &BackupReport::archive_format)
                                 .field("manifest_hash", &BackupReport::manifest_hash)
                                 .field("content_bytes", &BackupReport::content_bytes)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RestoreReport>) {
  static const auto schema = object<RestoreReport>("RestoreReport")
                                 .field("server_uuid", &RestoreReport::server_uuid)
                                 .field("successful", &RestoreReport::successful)
                                 .field("operation", &RestoreReport::operation)
                                 .field("fence", &RestoreReport::fence)
                                 .defaulted()
                                 .field("error", &RestoreReport::error)
                                 .field("cancelled", &RestoreReport::cancelled)
                                 .defaulted()
                                 .field("undo_until", &RestoreReport::undo_until)
                                 .field("warnings_count", &RestoreReport::warnings_count)
                                 .defaulted()
                                 .field("warnings", &RestoreReport::warnings)
                                 .defaulted()
                                 .items(0, 1'000)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UndoReport>) {
  static const auto schema = object<UndoReport>("UndoReport")
                                 .field("successful", &UndoReport::successful)
                                 .field("operation", &UndoReport::operation)
                                 .field("fence", &UndoReport::fence)
                                 .defaulted()
                                 .field("error", &UndoReport::error)
                                 .field("cancelled", &UndoReport::cancelled)
                                 .defaulted()
                                 .field("undo_until", &UndoReport::undo_until)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DeletionReport>) {
  static const auto schema = object<DeletionReport>("DeletionReport")
                                 .field("successful", &DeletionReport::successful)
                                 .field("operation", &DeletionReport::operation)
                                 .field("error", &DeletionReport::error)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<VerificationReport>) {
  static const auto schema = object<VerificationReport>("VerificationReport")
                                 .field("intact", &VerificationReport::intact)
                                 .field("damage", &VerificationReport::damage)
                                 .defaulted()
                                 .items(0, 100)
                                 .field("files", &VerificationReport::files)
                                 .defaulted()
                                 .field("bytes", &VerificationReport::bytes)
                                 .defaulted()
                                 .field("hashes_compared", &VerificationReport::hashes_compared)
                                 .defaulted()
                                 .field("operation", &VerificationReport::operation)
                                 .field("error", &VerificationReport::error)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Heartbeat>) {
  static const auto schema = object<Heartbeat>("Heartbeat")
                                 .field("boot", &Heartbeat::boot)
                                 .field("time", &Heartbeat::time)
                                 .field("operations", &Heartbeat::operations)
                                 .items(0, 10'000)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ResetOperation>) {
  static const auto schema = object<ResetOperation>("ResetOperation")
                                 .field("operation", &ResetOperation::operation)
                                 .field("kind", &ResetOperation::kind)
                                 .field("backup", &ResetOperation::backup)
                                 .field("server", &ResetOperation::server)
                                 .field("fence", &ResetOperation::fence)
                                 .defaulted()
                                 .field("phase", &ResetOperation::phase)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ResetRequest>) {
  static const auto schema = object<ResetRequest>("ResetRequest")
                                 .field("boot", &ResetRequest::boot)
                                 .field("operations", &ResetRequest::operations)
                                 .defaulted()
                                 .items(0, 10'000)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RuntimeChoice>) {
  static const auto schema = object<RuntimeChoice>("RuntimeChoice")
                                 .field("kind", &RuntimeChoice::kind)
                                 .defaulted()
                                 .must(runtime_kind())
                                 .field("name", &RuntimeChoice::name)
                                 .length(1, 64)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServerBuild>) {
  static const auto schema = object<RemoteServerBuild>("RemoteServerBuild")
                                 .field("disk_space", &RemoteServerBuild::disk_space)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServerEgg>) {
  static const auto schema = object<RemoteServerEgg>("RemoteServerEgg")
                                 .field("id", &RemoteServerEgg::id)
                                 .field("file_denylist", &RemoteServerEgg::file_denylist)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServerMeta>) {
  static const auto schema = object<RemoteServerMeta>("RemoteServerMeta")
                                 .field("name", &RemoteServerMeta::name)
                                 .field("description", &RemoteServerMeta::description)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServerSettings>) {
  static const auto schema = object<RemoteServerSettings>("RemoteServerSettings")
                                 .field("uuid", &RemoteServerSettings::uuid)
                                 .field("meta", &RemoteServerSettings::meta)
                                 .field("suspended", &RemoteServerSettings::suspended)
                                 .defaulted()
                                 .field("backups", &RemoteServerSettings::backups)
                                 .defaulted()
                                 .field("build", &RemoteServerSettings::build)
                                 .defaulted()
                                 .field("egg", &RemoteServerSettings::egg)
                                 .defaulted()
                                 .field("path", &RemoteServerSettings::path)
                                 .field("runtime", &RemoteServerSettings::runtime)
                                 .field("owners", &RemoteServerSettings::owners)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServer>) {
  static const auto schema = object<RemoteServer>("RemoteServer")
                                 .field("settings", &RemoteServer::settings)
                                 .field("process_configuration", &RemoteServer::process_configuration)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<PageMeta>) {
  static const auto schema = object<PageMeta>("PageMeta")
                                 .field("current_page", &PageMeta::current_page)
                                 .field("last_page", &PageMeta::last_page)
                                 .field("total", &PageMeta::total)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteServerPage>) {
  static const auto schema = object<RemoteServerPage>("RemoteServerPage")
                                 .field("data", &RemoteServerPage::data)
                                 .field("meta", &RemoteServerPage::meta)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<JoinRequest>) {
  static const auto schema =
      object<JoinRequest>("JoinRequest").field("code", &JoinRequest::code).length(1, 128).build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<JoinAnswer>) {
  static const auto schema = object<JoinAnswer>("JoinAnswer")
                                 .field("uuid", &JoinAnswer::uuid)
                                 .field("token_id", &JoinAnswer::token_id)
                                 .field("token", &JoinAnswer::token)
                                 .field("name", &JoinAnswer::name)
                                 .build();
  return schema;
}

}  // namespace strata::wire
