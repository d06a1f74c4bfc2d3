#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/base/error.h"
#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/index.h"
#include "strata/tree/manifest.h"
#include "strata/tree/ranged_reader.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

namespace strata::disks {

/// What a disk can and cannot do: decides what is offered, and what becomes a listed warning.
struct Capabilities {
  bool browsable = false;       ///< StoredBackup::tree() works
  bool raw_download = false;    ///< StoredBackup::raw() works: the stored bytes are a file a user can open
  bool needs_limiter = false;   ///< works only on a server with its own subvolume or dataset
  bool shared_storage = false;  ///< other nodes can reach the backups
  bool hashes_at_creation = true;
  std::vector<std::string> cannot_hold;  ///< "extended attributes", "owners", ... in words
};

/// What of a job the people outside see. Any thread; cheap enough to call per block.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void set_phase(std::string_view phase) = 0;  ///< "survey", "store", "verify", "stage", "swap", ...
  virtual void set_total(Bytes bytes, std::uint64_t files) = 0;
  virtual void add(Bytes bytes, std::uint64_t files) = 0;
};

/// What a job brings along. References outlive the call.
struct JobContext {
  std::stop_token stop;
  Progress& progress;
  const Clock& clock;
  Log& log;
  OperationId operation;
  std::uint64_t fence = 0;
  std::size_t threads = 2;           ///< compression and hashing threads this job may use
  Bytes memory = 192 * 1024 * 1024;  ///< `job_memory`: buffers of the whole job stay below
  Bytes read_bytes_per_second = 0;   ///< 0: unlimited
  Bytes write_bytes_per_second = 0;
};

/// The server's files at the moment of the backup.
struct ServerVolume {
  ServerId server;
  std::string server_name;
  const vfs::Directory& root;
};

struct CreateOptions {
  BackupId backup;
  std::string backup_name;
  NodeId node;
  ConfigurationId configuration;
  tree::IgnoreRules ignore;
};

/// What was stored. Sizes and counts as the reference reports them for this disk (spec/wings 5.2).
struct Receipt {
  std::string checksum;       ///< without its type
  std::string checksum_type;  ///< "sha1" for archives
  Bytes size = 0;
  std::uint64_t files = 0;  ///< not directories
  bool browsable = false;
  bool streaming = false;   ///< true: downloads are converted on the fly
  std::string format;       ///< "tar_gz", ... empty where it means nothing
  tree::Manifest manifest;  ///< as stored; carries totals and warnings
};

/// Names a backup on a disk.
struct BackupRef {
  BackupId backup;
  ServerId server;  ///< nil when unknown (detached, foreign)
};

/// An opened backup; as long as it lives, remove() of the same backup waits or refuses. Any thread.
class StoredBackup {
 public:
  virtual ~StoredBackup() = default;
  /// nullopt for a backup that the reference made.
  virtual std::optional<tree::Manifest> manifest() const = 0;
  /// nullptr when the disk cannot browse this backup.
  virtual std::shared_ptr<const tree::FileTree> tree() const = 0;
  /// The whole backup in one pass; always works. What this reader leaves out (devices in a foreign archive) goes to
  /// `warnings`, which must outlive the stream. The stream stays usable after this object is gone.
  virtual std::unique_ptr<tree::EntryStream> stream(tree::Warnings& warnings) const = 0;
  /// What the backup recorded of a path, for comparison during a restore; an empty function when it recorded nothing.
  virtual std::function<std::optional<tree::Entry>(const vfs::Path&)> expected() const = 0;
  /// The index of the backup, to check that nothing is missing (Staging::verify_complete); nullptr when it has none.
  virtual std::shared_ptr<const tree::IndexReader> index() const { return nullptr; }
  /// Content bytes a restore will write; 0 when not known before reading.
  virtual Bytes content_bytes() const = 0;

  struct Raw {
    std::shared_ptr<const tree::RangedReader> bytes;
    std::string file_name;  ///< "<uuid>.tar.gz"
    std::string media_type;
    std::string format;
  };
  /// nullopt when there is no such file.
  virtual std::optional<Raw> raw() const = 0;
};

struct VerifyReport {
  static constexpr std::size_t kMaxDamage = 100;

  bool intact = false;
  std::vector<std::string> damage;  ///< at most kMaxDamage sentences, each naming a path where there is one
  std::uint64_t files = 0;
  Bytes bytes = 0;
  bool hashes_compared = false;  ///< false: foreign backup, only decoded and counted

  /// Not intact, and why; what is beyond kMaxDamage is not kept.
  void add_damage(std::string what);
};

/// An Error that says something about the stored bytes, and not about the storage or the job: a finding of verify().
bool is_damage(const Error& error);

/// A backup seen on the storage, for recovery, adoption, audit.
struct Found {
  BackupId backup;
  ServerId server;  ///< nil when the storage does not tell
  std::string format;
  Bytes size = 0;
  Timestamp modified;
  bool has_manifest = false;
};

/// One step of a connection test.
struct Check {
  std::string name;
  enum class Result { kPassed, kWarning, kFailed, kSkipped } result = Result::kPassed;
  std::string detail;  ///< what was seen
  std::string advice;  ///< what to do, when not passed
  std::chrono::milliseconds took{0};
};

/// What the node's journal knows, as far as recovery needs it.
class Ledger {
 public:
  virtual ~Ledger() = default;
  /// An operation that will go on after this start owns the backup's unfinished files.
  virtual bool is_running(BackupId backup) const = 0;
};

struct RecoveryReport {
  std::vector<BackupId> completed;  ///< found whole, though the journal did not know
  std::uint64_t temporaries_removed = 0;
  std::vector<std::string> set_aside;  ///< damaged or unclear objects renamed out of the way, in words
};

/// A disk stores, opens and looks after; nothing else. Every implementation passes the one contract suite on real
/// storage (disk_contract_fake.h). All methods block and honour context.stop; any thread, several at a time.
class BackupDisk {
 public:
  virtual ~BackupDisk() = default;
  virtual Capabilities capabilities() const = 0;

  /// Durable when it returns. On any error nothing is left that looks like a backup. kConflict when the backup exists.
  virtual Receipt create(const ServerVolume& volume, const CreateOptions& options, JobContext& context) = 0;

  /// kNotFound when absent; kCorrupt when it cannot be opened.
  virtual std::unique_ptr<StoredBackup> open(const BackupRef& ref, JobContext& context) = 0;

  /// Reads everything and compares with what was recorded. Damage is reported, not thrown; kNotFound when absent.
  virtual VerifyReport verify(const BackupRef& ref, JobContext& context);

  /// Idempotent: absent is success.
  virtual void remove(const BackupRef& ref, JobContext& context) = 0;

  /// Backups on the storage after `cursor` (empty: from the start), at most `limit`, in order of their id.
  virtual std::vector<Found> enumerate(const std::string& cursor, std::size_t limit, JobContext& context) = 0;

  virtual std::vector<Check> check(JobContext& context) = 0;

  /// At start, before anything else: temporaries of dead operations go, what is whole stays, what is unclear is set
  /// aside.
  virtual RecoveryReport recover(const Ledger& ledger) = 0;
};

}  // namespace strata::disks
