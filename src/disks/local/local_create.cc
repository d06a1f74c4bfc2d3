#include "strata/disks/local/local_create.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/archive/archive_writer.h"
#include "strata/archive/gzip_tail.h"
#include "strata/archive/index_sidecar.h"
#include "strata/archive/sinks.h"
#include "strata/base/cancel.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/version.h"
#include "strata/tree/index.h"
#include "strata/tree/live_tree.h"
#include "strata/vfs/publish.h"

namespace strata::disks {
namespace {

/// A file of the backup directory that never eats the last free space of the node: the journal, the servers and other
/// backups live there too.
class GuardedSink final : public archive::ByteSink {
 public:
  GuardedSink(vfs::File& file, const vfs::Directory& directory, Bytes keep_free)
      : sink_(file), directory_(directory), keep_free_(keep_free) {}

  void write(std::span<const std::uint8_t> data) override {
    constexpr Bytes kCheckEvery = 64_MiB;
    if (keep_free_ != 0 && written_ / kCheckEvery != (written_ + data.size()) / kCheckEvery &&
        directory_.space().available < keep_free_) {
      throw Error(ErrorKind::kNoSpace, "the free space is used up");
    }
    sink_.write(data);
    written_ += data.size();
  }

 private:
  archive::FileSink sink_;
  const vfs::Directory& directory_;
  const Bytes keep_free_;
  Bytes written_ = 0;
};

/// The way of the stored bytes: copied to a thread of their own, hashed, slowed, written.
class Output {
 public:
  Output(vfs::File& file, const vfs::Directory& directory, Bytes keep_free, const JobContext& context)
      : guarded_(file, directory, keep_free),
        throttled_(guarded_, archive::Throttle(context.clock, context.write_bytes_per_second), context.stop),
        hashed_(throttled_, crypto::Algorithm::kSha1),
        background_(hashed_) {}

  archive::ByteSink& sink() { return background_; }

  /// Everything is in the file when it returns.
  archive::ArchiveSeal finish() {
    background_.finish();
    archive::ArchiveSeal seal;
    seal.size = hashed_.written();
    std::ranges::copy(hashed_.digest().finish(), seal.sha1.begin());
    return seal;
  }

 private:
  GuardedSink guarded_;
  archive::ThrottledSink throttled_;
  archive::HashingSink hashed_;
  archive::BackgroundSink background_;
};

/// Refuses at once what cannot fit. Compressed sizes are not known before: then only a full disk is refused.
void require_space(const LocalStore& store, const LocalOptions& options, archive::ArchiveFormat format,
                   const tree::Survey& survey) {
  constexpr Bytes kHeadersPerEntry = 1536;
  const Bytes needed = format == archive::ArchiveFormat::kTar ? survey.bytes + survey.entries * kHeadersPerEntry : 0;
  const Bytes available = store.directory().space().available;
  if (available >= options.keep_free && available - options.keep_free >= needed) return;
  throw Error(
      ErrorKind::kNoSpace,
      fmt::format("the backup needs about {}, {} are free in the backup directory and {} of that are kept free: delete "
                  "backups or make room",
                  human_bytes(needed), human_bytes(available), human_bytes(options.keep_free)));
}

tree::Manifest manifest_of(const ServerVolume& volume, const CreateOptions& create, const LocalWriting& writing,
                           const JobContext& context) {
  tree::Manifest manifest;
  manifest.backup = create.backup;
  manifest.backup_name = create.backup_name;
  manifest.server = volume.server;
  manifest.server_name = volume.server_name;
  manifest.node = create.node;
  manifest.configuration = create.configuration;
  manifest.disk = "local";
  manifest.format = archive::info(writing.format).name;
  manifest.operation = context.operation;
  manifest.fence = context.fence;
  manifest.started = context.clock.now();
  manifest.tool = fmt::format("strata {}", kVersion);
  manifest.ignore_rules = create.ignore.text();
  return manifest;
}

/// The index of a plain tar, under its final name before the archive is.
class Sidecar {
 public:
  Sidecar(const vfs::Directory& directory, BackupId backup)
      : directory_(directory), name_(LocalStore::index_name(backup)) {}
  ~Sidecar() {
    if (published_ && !kept_) vfs::discard_quietly(directory_, vfs::Path() / name_);
  }
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;

  void publish(const tree::RangedReader& blob, const archive::ArchiveSeal& seal) {
    vfs::Publication publication(directory_, name_);
    archive::FileSink sink(publication.file());
    archive::write_index_sidecar(sink, blob, seal);
    published_ = true;                // a failed sync of the directory may still leave it there
    publication.publish_replacing();  // one without its archive may be there from before a crash
  }
  void keep() { kept_ = true; }

 private:
  const vfs::Directory& directory_;
  const std::string name_;
  bool published_ = false;
  bool kept_ = false;
};

Receipt write_backup(const LocalStore& store, const LocalOptions& options, const LocalWriting& writing,
                     const ServerVolume& volume, const CreateOptions& create, JobContext& context) {
  tree::Manifest manifest = manifest_of(volume, create, writing, context);
  context.progress.set_phase("survey");
  const tree::Survey survey = tree::survey(volume.root, create.ignore, context.stop);
  context.progress.set_total(survey.bytes, survey.files);
  require_space(store, options, writing.format, survey);

  context.progress.set_phase("store");
  const vfs::Directory& directory = store.directory();
  vfs::Publication publication(directory, LocalStore::archive_name({create.backup, writing.format}));
  Output output(publication.file(), directory, options.keep_free, context);
  tree::Warnings warnings;
  tree::LiveStream entries(volume.root, create.ignore, warnings, context.stop);
  tree::IndexWriter index(directory);
  const archive::ArchiveOptions archive_options{
      .format = writing.format,
      .level = writing.level,
      .threads = std::max<std::size_t>(1, std::min(writing.threads, context.threads)),
      .memory = context.memory / 2};
  const auto on_progress = [&](Bytes bytes, std::uint64_t files) { context.progress.add(bytes, files); };
  const archive::ArchiveTotals totals =
      archive::write_archive(entries, output.sink(), archive_options, &index, warnings, on_progress, context.stop);

  manifest.completed = context.clock.now();
  manifest.warnings_count = warnings.count();
  manifest.warnings = warnings.kept();
  const tree::RangedReader& blob = index.finish(manifest);
  const bool has_tail = writing.format == archive::ArchiveFormat::kTarGz;
  if (has_tail) archive::write_gzip_tail(output.sink(), blob);
  const archive::ArchiveSeal seal = output.finish();
  if (publication.file().stat().size != seal.size) {
    throw Error(ErrorKind::kIo, "the file system holds less of the archive than was written to it");
  }

  Sidecar sidecar(directory, create.backup);
  if (!has_tail) sidecar.publish(blob, seal);
  throw_if_stopped(context.stop);
  publication.publish();
  sidecar.keep();

  Receipt receipt;
  receipt.checksum = hex(seal.sha1);
  receipt.checksum_type = "sha1";
  receipt.size = seal.size;
  receipt.files = totals.files;
  receipt.browsable = true;
  receipt.format = manifest.format;
  receipt.manifest = std::move(manifest);
  return receipt;
}

/// For the error text of a full disk; says so when even that cannot be asked.
std::string free_space(const vfs::Directory& directory) {
  try {
    return human_bytes(directory.space().available);
  } catch (const Error&) {
    return "an unknown amount";
  }
}

}  // namespace

Receipt create_local_backup(const LocalStore& store, const LocalOptions& options, const LocalWriting& writing,
                            const ServerVolume& volume, const CreateOptions& create, JobContext& context) {
  try {
    return write_backup(store, options, writing, volume, create, context);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNoSpace) throw;
    throw error.with_context(
        fmt::format("the backup does not fit into the backup directory ({} free, of which {} are kept free); nothing "
                    "of it was kept",
                    free_space(store.directory()), human_bytes(options.keep_free)));
  }
}

}  // namespace strata::disks
