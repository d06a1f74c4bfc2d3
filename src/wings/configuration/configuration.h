#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/describe/described.h"
#include "strata/describe/ordered_map.h"

/// `wings.yml`: the keys of the reference's config.yml that concern us (names and defaults of spec/wings 1), and ours.
/// The descriptions in configuration.cc are the one table: reading, checking, writing, patching and
/// docs/wings-config.md all follow it. Keys that are not described here stay in the file untouched.
namespace strata::wings {

struct TlsSettings {
  bool enabled = false;
  std::string cert;
  std::string key;
};
STRATA_DESCRIBED(TlsSettings);

struct ApiSettings {
  std::string host = "0.0.0.0";
  std::uint16_t port = 8080;
  TlsSettings ssl;
  bool disable_openapi_docs = false;
  std::uint32_t directory_entry_limit = 10'000;
  std::uint32_t file_compression_threads = 2;
  std::uint32_t max_jwt_uses = 5;
  std::vector<std::string> trusted_proxies;
};
STRATA_DESCRIBED(ApiSettings);

struct RemoteQuerySettings {
  std::uint32_t timeout = 30;  ///< seconds
  std::uint32_t boot_servers_per_page = 50;
  std::uint32_t retry_limit = 10;
};
STRATA_DESCRIBED(RemoteQuerySettings);

struct UserSettings {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};
STRATA_DESCRIBED(UserSettings);

enum class LimiterMode { kNone, kBtrfsSubvolume, kZfsDataset, kXfsQuota };
STRATA_DESCRIBED(LimiterMode);

enum class CompressionLevel { kBestSpeed, kGoodSpeed, kGoodCompression, kBestCompression };
STRATA_DESCRIBED(CompressionLevel);

enum class BackupArchiveFormat { kTar, kTarGz, kTarXz, kTarBz2, kTarLz4, kTarZstd, kZip, kSevenZip };
STRATA_DESCRIBED(BackupArchiveFormat);

enum class DdupCompression { kNone, kDeflate, kGzip, kBrotli };
STRATA_DESCRIBED(DdupCompression);

struct MountingSettings {
  bool enabled = true;
  std::string path = ".backups";
};
STRATA_DESCRIBED(MountingSettings);

/// The Local disk, which the node API calls "wings".
struct LocalBackupSettings {
  std::uint32_t create_threads = 4;
  std::uint32_t restore_threads = 4;
  BackupArchiveFormat archive_format = BackupArchiveFormat::kTarGz;
};
STRATA_DESCRIBED(LocalBackupSettings);

struct S3BackupSettings {
  std::uint32_t create_threads = 4;
  std::uint32_t part_upload_timeout = 7200;  ///< seconds
  std::uint32_t retry_limit = 10;
};
STRATA_DESCRIBED(S3BackupSettings);

struct DdupBackupSettings {
  std::uint32_t create_threads = 4;
  DdupCompression compression_format = DdupCompression::kDeflate;
};
STRATA_DESCRIBED(DdupBackupSettings);

struct ResticBackupSettings {
  std::string repository = "/var/lib/pterodactyl/backups/restic";
  std::string password_file = "/var/lib/pterodactyl/backups/restic_password";
  std::uint32_t retry_lock_seconds = 60;
  describe::OrderedMap<Secret> environment;
};
STRATA_DESCRIBED(ResticBackupSettings);

struct BtrfsBackupSettings {
  std::uint32_t restore_threads = 4;
  bool create_read_only = true;
};
STRATA_DESCRIBED(BtrfsBackupSettings);

struct ZfsBackupSettings {
  std::uint32_t restore_threads = 4;
};
STRATA_DESCRIBED(ZfsBackupSettings);

struct BackupSettings {
  std::uint64_t write_limit = 0;  ///< MiB/s of stored bytes, 0: off
  std::uint64_t read_limit = 0;   ///< MiB/s of stored bytes, 0: off
  CompressionLevel compression_level = CompressionLevel::kBestSpeed;
  MountingSettings mounting;
  LocalBackupSettings wings;
  S3BackupSettings s3;
  DdupBackupSettings ddup_bak;
  ResticBackupSettings restic;
  BtrfsBackupSettings btrfs;
  ZfsBackupSettings zfs;
  std::uint64_t job_memory = 192;  ///< MiB of buffers per job
  std::uint32_t parallel_jobs = 2;
  bool verify_after_write = false;
};
STRATA_DESCRIBED(BackupSettings);

struct SystemSettings {
  std::string root_directory = "/var/lib/pterodactyl";
  std::string data = "/var/lib/pterodactyl/volumes";
  std::string backup_directory = "/var/lib/pterodactyl/backups";
  std::string tmp_directory = "/tmp/pterodactyl";
  std::string username = "pterodactyl";
  UserSettings user;
  std::uint32_t disk_check_interval = 150;  ///< seconds
  std::uint32_t disk_check_threads = 2;
  LimiterMode disk_limiter_mode = LimiterMode::kNone;
  BackupSettings backups;
  std::vector<std::string> extra_roots;
  std::uint32_t undo_hours = 24;
};
STRATA_DESCRIBED(SystemSettings);

struct ThrottleSettings {
  bool enabled = true;
  std::uint64_t lines = 2000;
  std::uint64_t line_reset_interval = 100;  ///< milliseconds
};
STRATA_DESCRIBED(ThrottleSettings);

/// Programs around a backup, as argv with an absolute program; empty: none. They come from this file only, never from
/// the Panel.
struct HookSettings {
  std::vector<std::string> before_backup;
  std::vector<std::string> after_backup;
  std::uint32_t timeout = 60;  ///< seconds
};
STRATA_DESCRIBED(HookSettings);

struct SystemdRuntimeSettings {
  std::string unit;
  std::uint32_t stop_timeout = 30;  ///< seconds, then the unit is killed
  HookSettings hooks;
};
STRATA_DESCRIBED(SystemdRuntimeSettings);

struct DockerRuntimeSettings {
  std::string container;
  std::string socket = "/var/run/docker.sock";
  std::uint32_t stop_timeout = 30;  ///< seconds, then the container is killed
  HookSettings hooks;
};
STRATA_DESCRIBED(DockerRuntimeSettings);

struct CommandRuntimeSettings {
  std::vector<std::string> start;
  std::vector<std::string> stop;        ///< argv; empty: `stop_signal` is sent
  std::string stop_signal = "SIGTERM";  ///< SIGTERM, SIGINT, SIGQUIT or SIGHUP
  std::string directory;                ///< working directory; empty: the server's root
  std::string user;                     ///< name; empty: the node's user for servers when we are root, else ours
  std::uint32_t stop_timeout = 30;      ///< seconds, then SIGKILL
  HookSettings hooks;
};
STRATA_DESCRIBED(CommandRuntimeSettings);

/// Declared by name; the Panel only picks a kind and a name (design 4).
struct RuntimeSettings {
  describe::OrderedMap<SystemdRuntimeSettings> systemd;
  describe::OrderedMap<DockerRuntimeSettings> docker;
  describe::OrderedMap<CommandRuntimeSettings> command;
};
STRATA_DESCRIBED(RuntimeSettings);

struct Configuration {
  bool debug = false;
  NodeId uuid;
  std::string token_id;
  Secret token;
  std::string remote;
  describe::OrderedMap<std::string> remote_headers;
  RemoteQuerySettings remote_query;
  std::vector<std::string> allowed_origins;
  bool allow_cors_private_network = false;
  bool ignore_panel_config_updates = false;
  ApiSettings api;
  SystemSettings system;
  ThrottleSettings throttles;
  RuntimeSettings runtimes;
  std::string state_directory = "/var/lib/strata/wings";
};
STRATA_DESCRIBED(Configuration);

}  // namespace strata::wings
