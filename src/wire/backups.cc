#include "strata/wire/backups.h"

#include "strata/describe/object.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<BackupState>) {
  static const auto schema = describe::enumeration<BackupState>(
      "BackupState", {{BackupState::kPending, "pending"},
                      {BackupState::kRunning, "running"},
                      {BackupState::kCompleted, "completed"},
                      {BackupState::kCompletedWithWarnings, "completed_with_warnings"},
                      {BackupState::kFailed, "failed"},
                      {BackupState::kCancelled, "cancelled"},
                      {BackupState::kLost, "lost"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Verification>) {
  static const auto schema = object<Verification>("Verification")
                                 .field("intact", &Verification::intact)
                                 .field("time", &Verification::time)
                                 .field("damage", &Verification::damage)
                                 .field("hashes_compared", &Verification::hashes_compared)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BackupProgress>) {
  static const auto schema = object<BackupProgress>("BackupProgress")
                                 .field("kind", &BackupProgress::kind)
                                 .field("phase", &BackupProgress::phase)
                                 .field("bytes", &BackupProgress::bytes)
                                 .field("total_bytes", &BackupProgress::total_bytes)
                                 .field("files", &BackupProgress::files)
                                 .field("total_files", &BackupProgress::total_files)
                                 .field("started", &BackupProgress::started)
                                 .field("updated", &BackupProgress::updated)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Backup>) {
  static const auto schema = object<Backup>("Backup")
                                 .field("uuid", &Backup::uuid)
                                 .field("backup_group_uuid", &Backup::backup_group_uuid)
                                 .field("name", &Backup::name)
                                 .field("ignored_files", &Backup::ignored_files)
                                 .field("is_successful", &Backup::is_successful)
                                 .field("is_locked", &Backup::is_locked)
                                 .field("is_browsable", &Backup::is_browsable)
                                 .field("is_streaming", &Backup::is_streaming)
                                 .field("checksum", &Backup::checksum)
                                 .field("bytes", &Backup::bytes)
                                 .field("files", &Backup::files)
                                 .field("metadata", &Backup::metadata)
                                 .field("deletion_status", &Backup::deletion_status)
                                 .field("completed", &Backup::completed)
                                 .field("created", &Backup::created)
                                 .field("state", &Backup::state)
                                 .field("error", &Backup::error)
                                 .field("warnings_count", &Backup::warnings_count)
                                 .field("warnings", &Backup::warnings)
                                 .field("disk", &Backup::disk)
                                 .field("archive_format", &Backup::archive_format)
                                 .field("content_bytes", &Backup::content_bytes)
                                 .field("verified", &Backup::verified)
                                 .field("progress", &Backup::progress)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateBackup>) {
  static const auto schema = object<CreateBackup>("CreateBackup")
                                 .field("name", &CreateBackup::name)
                                 .length(1, 255)
                                 .field("backup_group_uuid", &CreateBackup::backup_group_uuid)
                                 .field("ignored_files", &CreateBackup::ignored_files)
                                 .items(0, 10'000)
                                 .doc("lines of ignore rules")
                                 .check([](const CreateBackup& create, describe::ObjectFaults& faults) {
                                   Bytes size = 0;
                                   for (const auto& line : create.ignored_files) size += line.size() + 1;
                                   if (size > 1024 * 1024) faults.add("ignored_files", "more than 1 MiB in all");
                                 })
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UpdateBackup>) {
  static const auto schema = object<UpdateBackup>("UpdateBackup")
                                 .field("name", &UpdateBackup::name)
                                 .length(1, 255)
                                 .field("locked", &UpdateBackup::locked)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DownloadQuery>) {
  static const auto schema = object<DownloadQuery>("DownloadQuery")
                                 .field("archive_format", &DownloadQuery::archive_format)
                                 .defaulted()
                                 .length(1, 32)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RestoreBackup>) {
  static const auto schema = object<RestoreBackup>("RestoreBackup")
                                 .field("truncate_directory", &RestoreBackup::truncate_directory)
                                 .defaulted()
                                 .doc("true: replace the server's files; false: merge")
                                 .field("restore_startup", &RestoreBackup::restore_startup)
                                 .defaulted()
                                 .field("keep_ignored", &RestoreBackup::keep_ignored)
                                 .defaulted()
                                 .doc("a replace keeps live files that match the backup's ignore rules")
                                 .field("force", &RestoreBackup::force)
                                 .defaulted()
                                 .doc("swap although a process has files of the server open")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UndoRestore>) {
  static const auto schema = object<UndoRestore>("UndoRestore").field("force", &UndoRestore::force).defaulted().build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DownloadLink>) {
  static const auto schema = object<DownloadLink>("DownloadLink").field("url", &DownloadLink::url).build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RestoreStatus>) {
  static const auto schema = object<RestoreStatus>("RestoreStatus")
                                 .field("backup", &RestoreStatus::backup)
                                 .field("state", &RestoreStatus::state)
                                 .field("error", &RestoreStatus::error)
                                 .field("warnings_count", &RestoreStatus::warnings_count)
                                 .field("warnings", &RestoreStatus::warnings)
                                 .field("progress", &RestoreStatus::progress)
                                 .field("undo_until", &RestoreStatus::undo_until)
                                 .build();
  return schema;
}

}  // namespace strata::wire
