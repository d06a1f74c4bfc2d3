#include "strata/disks/local/local_disk.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/archive/sinks.h"
#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/disks/lease_book.h"
#include "strata/disks/local/local_check.h"
#include "strata/disks/local/local_create.h"
#include "strata/disks/local/local_store.h"
#include "strata/disks/local/local_stored_backup.h"
#include "strata/vfs/publish.h"

namespace strata::disks {
namespace {

constexpr std::string_view kSetAsidePrefix = ".bad-";

/// The SHA-1 of a stored file is its seal's.
bool matches(const archive::ArchiveSeal& seal, std::shared_ptr<const tree::RangedReader> bytes,
             const std::stop_token& stop) {
  archive::RangedSource source(std::move(bytes));
  crypto::Digest digest(crypto::Algorithm::kSha1);
  std::vector<std::uint8_t> buffer(1_MiB);
  while (const std::size_t got = source.read(buffer)) {
    throw_if_stopped(stop);
    digest.update(std::span(buffer).first(got));
  }
  return std::ranges::equal(digest.finish(), seal.sha1);
}

}  // namespace

struct LocalDisk::Implementation {
  Implementation(LocalOptions local_options, const Clock& system_clock)
      : options(std::move(local_options)), clock(system_clock), store(options.directory.duplicate()) {}

  LocalArchive require(BackupId backup) const;
  LocalWriting writing() const;
  Found describe(const LocalArchive& archive, JobContext& context) const;

  const LocalOptions options;
  const Clock& clock;
  const LocalStore store;
  const std::shared_ptr<LeaseBook> leases = std::make_shared<LeaseBook>();
};

LocalArchive LocalDisk::Implementation::require(BackupId backup) const {
  const std::optional<LocalArchive> archive = store.find(backup);
  if (!archive) {
    throw Error(ErrorKind::kNotFound, fmt::format("backup {} is not in the backup directory", backup.text()));
  }
  return *archive;
}

LocalWriting LocalDisk::Implementation::writing() const {
  LocalWriting writing{.format = options.format, .level = options.level, .threads = options.threads};
  if (options.writing) writing = options.writing();
  archive::require_supported(writing.format);
  return writing;
}

/// A damaged backup is listed without what it cannot say.
Found LocalDisk::Implementation::describe(const LocalArchive& archive, JobContext& context) const {
  const vfs::Stat stat = store.directory().stat(vfs::Path() / LocalStore::archive_name(archive));
  Found found;
  found.backup = archive.backup;
  found.format = archive::info(archive.format).name;
  found.size = stat.size;
  found.modified = Timestamp{std::chrono::microseconds{stat.mtime_ns / 1000}};
  if (!archive::info(archive.format).supported) return found;
  try {
    const LocalStore::Opened opened = store.open(archive);
    if (const auto index = opened.file.index()) {
      found.server = index->manifest().server;
      found.has_manifest = true;
    }
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    context.log.warning("a backup in the backup directory cannot be opened",
                        {{"backup", archive.backup.text()}, {"error", error.message()}});
  }
  return found;
}

LocalDisk::LocalDisk(LocalOptions options, const Clock& clock) {
  archive::require_supported(options.format);
  implementation_ = std::make_unique<Implementation>(std::move(options), clock);
}

LocalDisk::~LocalDisk() = default;

Capabilities LocalDisk::capabilities() const {
  return {.browsable = true, .raw_download = true};
}

Receipt LocalDisk::create(const ServerVolume& volume, const CreateOptions& options, JobContext& context) {
  const Implementation& self = *implementation_;
  const LeaseBook::Lease lease = self.leases->exclude(options.backup, {}, context.stop);
  if (self.store.find(options.backup)) {
    throw Error(ErrorKind::kConflict,
                fmt::format("backup {} exists already in the backup directory", options.backup.text()));
  }
  return create_local_backup(self.store, self.options, self.writing(), volume, options, context);
}

std::unique_ptr<StoredBackup> LocalDisk::open(const BackupRef& ref, JobContext& context) {
  const Implementation& self = *implementation_;
  LeaseBook::Lease lease = self.leases->share(ref.backup, self.options.patience, context.stop);
  const LocalArchive archive = self.require(ref.backup);
  const LocalStore::Wrap throttle = [&](std::shared_ptr<const tree::RangedReader> bytes) {
    if (context.read_bytes_per_second == 0) return bytes;
    return std::shared_ptr<const tree::RangedReader>(std::make_shared<archive::ThrottledReader>(
        std::move(bytes), archive::Throttle(self.clock, context.read_bytes_per_second), context.stop));
  };
  return std::make_unique<LocalStoredBackup>(self.leases, std::move(lease), archive, self.store.open(archive, throttle),
                                             context.stop);
}

VerifyReport LocalDisk::verify(const BackupRef& ref, JobContext& context) {
  const Implementation& self = *implementation_;
  const LeaseBook::Lease lease = self.leases->share(ref.backup, self.options.patience, context.stop);
  const LocalArchive archive = self.require(ref.backup);
  context.progress.set_phase("verify");
  VerifyReport report;
  report.intact = true;
  try {
    const LocalStore::Opened opened = self.store.open(archive);
    if (const auto index = opened.file.index()) {
      context.progress.set_total(index->manifest().content_bytes, index->manifest().files);
    }
    if (opened.seal && !matches(*opened.seal, opened.bytes, context.stop)) {
      report.add_damage(
          fmt::format("'{}' is not the file that was stored: its SHA-1 differs", LocalStore::archive_name(archive)));
    }
    const archive::ArchiveCheck check =
        opened.file.check([&](Bytes bytes) { context.progress.add(bytes, 0); }, context.stop);
    report.files = check.files;
    report.bytes = check.bytes;
    report.hashes_compared = check.hashes_compared;
    for (const std::string& damage : check.damage) report.add_damage(damage);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    report.add_damage(error.message());
  }
  return report;
}

void LocalDisk::remove(const BackupRef& ref, JobContext& context) {
  const Implementation& self = *implementation_;
  const LeaseBook::Lease lease = self.leases->exclude(ref.backup, self.options.patience, context.stop);
  self.store.remove(ref.backup);
}

std::vector<Found> LocalDisk::enumerate(const std::string& cursor, std::size_t limit, JobContext& context) {
  const Implementation& self = *implementation_;
  std::vector<Found> page;
  for (const LocalArchive& archive : self.store.list()) {
    if (page.size() == limit) break;
    if (archive.backup.text() <= cursor) continue;
    throw_if_stopped(context.stop);
    try {
      page.push_back(self.describe(archive, context));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kNotFound) throw;  // removed since the listing
    }
  }
  return page;
}

std::vector<Check> LocalDisk::check(JobContext& context) {
  return check_backup_directory(implementation_->store.directory(), implementation_->options.keep_free, context);
}

RecoveryReport LocalDisk::recover(const Ledger& ledger) {
  const Implementation& self = *implementation_;
  const vfs::Directory& directory = self.store.directory();
  RecoveryReport report;
  const LocalStore::Leftovers leftovers = self.store.leftovers();
  // A create does not go on after a restart, whoever owned it: its temporary is of no use to anybody.
  for (const std::string& name : leftovers.temporaries) {
    directory.remove_tree(vfs::Path() / name);
    ++report.temporaries_removed;
  }
  for (const BackupId backup : leftovers.indexes_without_archive) {
    directory.remove_file(vfs::Path() / LocalStore::index_name(backup));
    ++report.temporaries_removed;
  }
  for (const LocalArchive& archive : self.store.list()) {
    if (!ledger.is_running(archive.backup)) continue;
    // Renamed into place, but the journal never heard: whole when its index holds, as that was synced before.
    const std::string name = LocalStore::archive_name(archive);
    try {
      if (!self.store.open(archive).file.index()) throw Error(ErrorKind::kCorrupt, "it has no index");
      report.completed.push_back(archive.backup);
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      const std::string aside = std::string(kSetAsidePrefix) + name;
      directory.rename(vfs::Path() / name, directory, vfs::Path() / aside);
      report.set_aside.push_back(fmt::format("{}: {}; kept as {}", name, error.message(), aside));
    }
  }
  directory.sync();
  return report;
}

}  // namespace strata::disks
