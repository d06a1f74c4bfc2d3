#include "strata/describe/object.h"
#include "strata/describe/predicates.h"
#include "strata/vfs/path.h"
#include "strata/wings/configuration/configuration.h"

/// The descriptions of `system.backups`.
namespace strata::wings {
namespace {

constexpr std::int64_t kMaxThreads = 256;
constexpr std::int64_t kMaxSeconds = 7 * 24 * 3600;
/// 1 TiB/s: larger numbers are a mistake and would overflow as bytes.
constexpr std::int64_t kMaxRate = 1024 * 1024;

template <class Settings>
describe::ObjectBuilder<Settings> with_threads(std::string name, std::uint32_t Settings::* create) {
  auto builder = describe::object<Settings>(std::move(name));
  builder.field("create_threads", create)
      .range(0, kMaxThreads)
      .defaulted()
      .doc("Threads that compress a backup; 0 counts as 1.");
  return builder;
}

}  // namespace

const describe::Schema& schema_of(std::type_identity<CompressionLevel>) {
  static const auto schema = describe::enumeration<CompressionLevel>(
      "CompressionLevel", {{CompressionLevel::kBestSpeed, "best_speed"},
                           {CompressionLevel::kGoodSpeed, "good_speed"},
                           {CompressionLevel::kGoodCompression, "good_compression"},
                           {CompressionLevel::kBestCompression, "best_compression"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BackupArchiveFormat>) {
  using Format = BackupArchiveFormat;
  static const auto schema = describe::enumeration<Format>("BackupArchiveFormat", {{Format::kTar, "tar"},
                                                                                   {Format::kTarGz, "tar_gz"},
                                                                                   {Format::kTarXz, "tar_xz"},
                                                                                   {Format::kTarBz2, "tar_bz2"},
                                                                                   {Format::kTarLz4, "tar_lz4"},
                                                                                   {Format::kTarZstd, "tar_zstd"},
                                                                                   {Format::kZip, "zip"},
                                                                                   {Format::kSevenZip, "seven_zip"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DdupCompression>) {
  static const auto schema =
      describe::enumeration<DdupCompression>("DdupCompression", {{DdupCompression::kNone, "none"},
                                                                 {DdupCompression::kDeflate, "deflate"},
                                                                 {DdupCompression::kGzip, "gzip"},
                                                                 {DdupCompression::kBrotli, "brotli"}});
  return schema;
}

const describe::Schema& schema_of(std::type_identity<MountingSettings>) {
  static const auto schema = describe::object<MountingSettings>("MountingSettings")
                                 .field("enabled", &MountingSettings::enabled)
                                 .defaulted()
                                 .doc("Show backups in the file API.")
                                 .field("path", &MountingSettings::path)
                                 .must(describe::matches(vfs::is_valid_name, "must be a single folder name"))
                                 .defaulted()
                                 .doc("Name of the folder that stands for them.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<LocalBackupSettings>) {
  static const auto schema = with_threads("LocalBackupSettings", &LocalBackupSettings::create_threads)
                                 .field("restore_threads", &LocalBackupSettings::restore_threads)
                                 .range(0, kMaxThreads)
                                 .defaulted()
                                 .doc("Threads that unpack a zip or 7z archive; 0 counts as 1.")
                                 .field("archive_format", &LocalBackupSettings::archive_format)
                                 .defaulted()
                                 .doc("Format of new backups.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<S3BackupSettings>) {
  static const auto schema = with_threads("S3BackupSettings", &S3BackupSettings::create_threads)
                                 .field("part_upload_timeout", &S3BackupSettings::part_upload_timeout)
                                 .range(1, kMaxSeconds)
                                 .defaulted()
                                 .doc("Seconds one part may take.")
                                 .field("retry_limit", &S3BackupSettings::retry_limit)
                                 .range(0, 1000)
                                 .defaulted()
                                 .doc("Attempts per part.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DdupBackupSettings>) {
  static const auto schema = with_threads("DdupBackupSettings", &DdupBackupSettings::create_threads)
                                 .field("compression_format", &DdupBackupSettings::compression_format)
                                 .defaulted()
                                 .doc("Compression of new chunks.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ResticBackupSettings>) {
  static const auto schema = describe::object<ResticBackupSettings>("ResticBackupSettings")
                                 .field("repository", &ResticBackupSettings::repository)
                                 .length(1, 4096)
                                 .defaulted()
                                 .doc("Repository of this node.")
                                 .field("password_file", &ResticBackupSettings::password_file)
                                 .length(1, 4096)
                                 .defaulted()
                                 .doc("Its password.")
                                 .field("retry_lock_seconds", &ResticBackupSettings::retry_lock_seconds)
                                 .range(0, kMaxSeconds)
                                 .defaulted()
                                 .doc("Seconds to wait for a locked repository.")
                                 .field("environment", &ResticBackupSettings::environment)
                                 .items(0, 256)
                                 .key_length(1, 255)
                                 .length(0, 64 * 1024)
                                 .defaulted()
                                 .doc("Variables for restic.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BtrfsBackupSettings>) {
  static const auto schema = describe::object<BtrfsBackupSettings>("BtrfsBackupSettings")
                                 .field("restore_threads", &BtrfsBackupSettings::restore_threads)
                                 .range(0, kMaxThreads)
                                 .defaulted()
                                 .doc("Threads that copy; 0 counts as 1.")
                                 .field("create_read_only", &BtrfsBackupSettings::create_read_only)
                                 .defaulted()
                                 .doc("Make snapshots that nobody can change.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ZfsBackupSettings>) {
  static const auto schema = describe::object<ZfsBackupSettings>("ZfsBackupSettings")
                                 .field("restore_threads", &ZfsBackupSettings::restore_threads)
                                 .range(0, kMaxThreads)
                                 .defaulted()
                                 .doc("Threads that copy; 0 counts as 1.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<BackupSettings>) {
  static const auto schema = describe::object<BackupSettings>("BackupSettings")
                                 .field("write_limit", &BackupSettings::write_limit)
                                 .range(0, kMaxRate)
                                 .defaulted()
                                 .doc("MiB of stored bytes per second and backup; 0: no limit.")
                                 .field("read_limit", &BackupSettings::read_limit)
                                 .range(0, kMaxRate)
                                 .defaulted()
                                 .doc("MiB of stored bytes per second and restore; 0: no limit.")
                                 .field("compression_level", &BackupSettings::compression_level)
                                 .defaulted()
                                 .doc("How much work goes into compression.")
                                 .field("mounting", &BackupSettings::mounting)
                                 .defaulted()
                                 .field("wings", &BackupSettings::wings)
                                 .defaulted()
                                 .field("s3", &BackupSettings::s3)
                                 .defaulted()
                                 .field("ddup_bak", &BackupSettings::ddup_bak)
                                 .defaulted()
                                 .field("restic", &BackupSettings::restic)
                                 .defaulted()
                                 .field("btrfs", &BackupSettings::btrfs)
                                 .defaulted()
                                 .field("zfs", &BackupSettings::zfs)
                                 .defaulted()
                                 .field("job_memory", &BackupSettings::job_memory)
                                 .range(16, 64 * 1024)
                                 .defaulted()
                                 .doc("MiB of buffers one backup or restore may use.")
                                 .field("parallel_jobs", &BackupSettings::parallel_jobs)
                                 .range(1, 64)
                                 .defaulted()
                                 .doc("Backups and restores that run at a time; more wait.")
                                 .field("verify_after_write", &BackupSettings::verify_after_write)
                                 .defaulted()
                                 .doc("Read each new backup back and compare before it counts.")
                                 .build();
  return schema;
}

}  // namespace strata::wings
