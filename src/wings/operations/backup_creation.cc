#include "strata/wings/operations/backup_creation.h"

#include <vector>

#include "strata/base/cancel.h"
#include "strata/base/encoding.h"
#include "strata/crypto/digest.h"
#include "strata/describe/json.h"
#include "strata/tree/live_tree.h"
#include "strata/wings/operations/ignore_sources.h"
#include "strata/wings/operations/job_context.h"
#include "strata/wings/operations/reports.h"

namespace strata::wings {
namespace {

/// The hooks of one backup. *After* runs once, whatever ends the backup.
class BackupHooks {
 public:
  BackupHooks(Runtime& runtime, HookContext context, tree::Warnings& warnings)
      : runtime_(runtime), context_(std::move(context)), warnings_(warnings) {}

  void before(std::stop_token stop) { runtime_.before_backup(context_, std::move(stop)); }

  /// A failure here does not undo a backup that is there: it becomes a warning.
  void after(std::string result) {
    context_.result = std::move(result);
    try {
      runtime_.after_backup(context_);
    } catch (const Error& error) {
      warnings_.add("", "after_backup: " + error.message());
    }
  }

 private:
  Runtime& runtime_;
  HookContext context_;
  tree::Warnings& warnings_;
};

disks::Receipt store_between_hooks(BackupHooks& hooks, Job& job, const std::function<disks::Receipt()>& store) {
  try {
    hooks.before(job.stop());
    auto receipt = store();
    hooks.after("completed");
    return receipt;
  } catch (const Error& error) {
    hooks.after(error.kind() == ErrorKind::kCancelled ? "cancelled" : "failed");
    throw;
  } catch (...) {
    hooks.after("failed");
    throw;
  }
}

/// Reads the new backup back. One that does not hold, or that nobody waits for any more, goes.
void verify_or_remove(const OperationParts& parts, disks::BackupDisk& disk, const disks::BackupRef& ref, Job& job) {
  try {
    enter(parts.journal, job, phases::kVerify);
    auto context = job_context(parts, job);
    const auto report = disk.verify(ref, context);
    if (report.intact) return;
    throw Error(ErrorKind::kCorrupt, "the new backup could not be read back: " +
                                         (report.damage.empty() ? "no reason was given" : report.damage.front()));
  } catch (const Error&) {
    QuietContext quiet(parts);
    disk.remove(ref, quiet.context());
    throw;
  }
}

/// The checksum of the reference: SHA-1 over the stored file, read again because nobody kept it.
std::string sha1_of(const tree::RangedReader& bytes, Job& job) {
  crypto::Digest digest(crypto::Algorithm::kSha1);
  std::vector<std::uint8_t> buffer(1024 * 1024);
  job.set_total(bytes.size(), 0);
  for (Bytes offset = 0; offset < bytes.size();) {
    throw_if_stopped(job.stop());
    const auto count = bytes.read_at(offset, buffer);
    if (count == 0) throw Error(ErrorKind::kCorrupt, "the stored backup is shorter than it says");
    digest.update(std::span(buffer).first(count));
    offset += count;
    job.add(count, 0);
  }
  return hex(digest.finish());
}

disks::Receipt receipt_of(const disks::StoredBackup& stored, const disks::Capabilities& capabilities,
                          const tree::Manifest& manifest, Job& job) {
  disks::Receipt receipt;
  receipt.files = manifest.files;
  receipt.browsable = capabilities.browsable;
  receipt.streaming = !capabilities.raw_download;
  receipt.format = manifest.format;
  receipt.manifest = manifest;
  if (const auto raw = stored.raw()) {
    receipt.checksum = sha1_of(*raw->bytes, job);
    receipt.checksum_type = "sha1";
    receipt.size = raw->bytes->size();
  }
  return receipt;
}

}  // namespace

Outcome create_backup(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::CreateBackupCommand>(operation.payload);
  const auto disk = parts.disks.get(command.adapter);
  const auto server = parts.servers.get(operation.server.value());
  const auto runtime = parts.runtimes.runtime_of(*server);
  const auto root = parts.volumes.open(*server);
  tree::Warnings warnings;

  enter(parts.journal, job, phases::kSurvey);
  disks::CreateOptions options;
  options.backup = command.uuid;
  options.backup_name = command.name.value_or("");
  options.node = parts.configuration.snapshot()->uuid;
  options.configuration = command.configuration.value_or(ConfigurationId{});
  options.ignore = resolve_ignore_rules(command.ignore, root, server->egg.file_denylist, warnings);
  const auto survey = tree::survey(root, options.ignore, job.stop());
  job.set_total(survey.bytes, survey.files);

  auto context = job_context(parts, job);
  BackupHooks hooks(*runtime, {.server = server->uuid, .backup = command.uuid, .operation = operation.id, .result = {}},
                    warnings);
  const auto receipt = store_between_hooks(hooks, job, [&] {
    enter(parts.journal, job, phases::kStore);
    return disk->create({.server = server->uuid, .server_name = server->meta.name, .root = root}, options, context);
  });
  if (parts.configuration.snapshot()->system.backups.verify_after_write) {
    verify_or_remove(parts, *disk, {.backup = command.uuid, .server = server->uuid}, job);
  }
  return completed(operation, backup_report(receipt, warnings));
}

Outcome settle_creation(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::CreateBackupCommand>(operation.payload);
  const auto disk = parts.disks.get(command.adapter);
  auto context = job_context(parts, job);
  const Error interrupted(ErrorKind::kUnavailable, "the node was restarted during the backup");
  job.set_phase(phases::kVerify);
  try {
    const auto stored = disk->open({.backup = command.uuid, .server = operation.server.value()}, context);
    const auto manifest = stored->manifest();
    // A backup of another operation is not ours to report, and one without a manifest not ours at all.
    if (!manifest || manifest->operation != operation.id) throw interrupted;
    return completed(operation, backup_report(receipt_of(*stored, disk->capabilities(), *manifest, job), {}));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) throw interrupted;
    throw;
  }
}

}  // namespace strata::wings
