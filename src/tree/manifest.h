#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/tree/entry.h"
#include "strata/tree/warnings.h"

namespace strata::tree {

/// What a backup says about itself on its own storage: enough to find its place again without the Panel (design 3).
/// JSON, at most 64 KiB, with a checksum over itself; docs/formats/manifest.md.
struct Manifest {
  static constexpr std::uint32_t kVersion = 1;
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  BackupId backup;
  std::string backup_name;
  ServerId server;
  std::string server_name;
  NodeId node;
  ConfigurationId configuration;  ///< nil when unknown
  std::string disk;               ///< "local", "s3", ...
  std::string format;             ///< carrier: "tar_gz", "btrfs", ...
  OperationId operation;
  std::uint64_t fence = 0;
  Timestamp started;
  Timestamp completed;
  std::string tool;          ///< "strata 0.1.0"
  std::string ignore_rules;  ///< accepted lines
  bool ignore_rules_omitted =
      false;  ///< too long for the manifest: the index carries them, and its reader fills them in
  std::uint64_t entries = 0;
  std::uint64_t files = 0;  ///< not directories
  Bytes content_bytes = 0;  ///< sum over regular files, hard-linked content once
  std::uint64_t warnings_count = 0;
  std::vector<Warning> warnings;  ///< at most 1,000; fewer when 64 KiB would not hold them
  bool owners_recorded = true;
  ContentHash list_digest{};  ///< SHA-256 of the file list's decoded records
  ContentHash
      root_hash{};  ///< SHA-256 over path, type, mode, mtime, link and content hash of every entry in list order

  /// Drops warnings from the end, then the ignore rules, until it fits; kTooLarge when names alone do not.
  std::string encode() const;
  /// kCorrupt when the checksum does not hold, kInvalid for a newer version (names it).
  static Manifest decode(std::string_view text);
};

}  // namespace strata::tree
