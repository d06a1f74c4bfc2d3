#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/wire/backups.h"

namespace strata::panel {

/// A row of `server_backups`. Its storage location is its own: node, configuration and disk at its creation.
struct BackupRecord {
  BackupId uuid;
  std::optional<ServerId> server;  ///< absent: detached
  NodeId node;
  std::optional<ConfigurationId> configuration;
  std::string name;
  std::string server_name;
  bool successful = false;
  bool browsable = false;
  bool streaming = false;
  bool shared = false;
  bool locked = false;
  std::vector<std::string> ignored_files;
  std::optional<std::string> checksum;  ///< "<type>:<value>"
  Bytes bytes = 0;
  std::uint64_t files = 0;
  wire::BackupDisk disk = wire::BackupDisk::kLocal;
  wire::BackupState state = wire::BackupState::kPending;
  std::optional<std::string> error;
  std::uint64_t warnings_count = 0;
  std::vector<wire::PathWarning> warnings;  ///< read only for one backup, not in lists
  OperationId operation;                    ///< that creates it
  std::uint64_t fence = 0;
  std::optional<std::string> report_digest;  ///< of the report that ended it
  std::optional<std::string> archive_format;
  std::optional<std::string> manifest_hash;
  Bytes content_bytes = 0;
  std::optional<wire::Verification> verified;
  std::optional<Timestamp> completed;
  std::optional<Timestamp> deleting;
  std::int64_t deletion_retries = 0;
  Timestamp created;

  bool ended() const { return completed.has_value(); }
};

/// After so many failed attempts a deletion is given up until somebody asks again (spec/panel 6.5).
inline constexpr std::int64_t kMaximumDeletionRetries = 8;

}  // namespace strata::panel
