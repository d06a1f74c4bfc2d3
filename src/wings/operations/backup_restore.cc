#include "strata/wings/operations/backup_restore.h"

#include <chrono>

#include <fmt/format.h>

#include "strata/describe/json.h"
#include "strata/tree/staging.h"
#include "strata/tree/swap.h"
#include "strata/wings/operations/job_context.h"
#include "strata/wings/operations/live_exchange.h"
#include "strata/wings/operations/reports.h"

namespace strata::wings {
namespace {

/// The staged tree needs room beside the live one: its content and something for names and blocks.
void require_space(const tree::LiveRoot& root, Bytes content) {
  const auto needed = content + content / 20;
  const auto space = root.swap == tree::SwapKind::kExchange ? root.parent.space() : root.open().space();
  if (space.available >= needed) return;
  throw Error(ErrorKind::kNoSpace, fmt::format("the restore needs {} beside the present files, {} are free",
                                               human_bytes(needed), human_bytes(space.available)));
}

void require_limit(std::optional<Bytes> limit, Bytes content) {
  if (!limit || content <= *limit) return;
  throw Error(ErrorKind::kNoSpace, fmt::format("the backup holds {}, the server's disk limit is {}",
                                               human_bytes(content), human_bytes(*limit)));
}

/// Counts entries for progress on their way through.
class CountedStream final : public tree::EntryStream {
 public:
  CountedStream(tree::EntryStream& inner, Job& job) : inner_(inner), job_(job) {}
  std::optional<tree::Entry> next() override {
    auto entry = inner_.next();
    if (entry && !entry->is_directory()) job_.add(0, 1);
    return entry;
  }
  std::size_t read(std::span<std::uint8_t> out) override { return inner_.read(out); }

 private:
  tree::EntryStream& inner_;
  Job& job_;
};

/// A staging area that goes again unless the swap took it over.
class StagedArea {
 public:
  StagedArea(tree::Staging& staging, Log& log) : staging_(staging), log_(log) {}
  StagedArea(const StagedArea&) = delete;
  StagedArea& operator=(const StagedArea&) = delete;
  ~StagedArea() {
    try {
      staging_.discard();  // leaves alone what a swap has begun with
    } catch (const Error& error) {
      log_.warning("a staging area could not be removed: the next start of the node does it",
                   {{"reason", error.message()}});
    }
  }

 private:
  tree::Staging& staging_;
  Log& log_;
};

/// Phases "stage" and "verify": the whole backup is on disk beside the live tree, as recorded, durable.
void stage(const OperationParts& parts, const disks::StoredBackup& stored, tree::Staging& staging, Job& job,
           tree::Warnings& warnings) {
  enter(parts.journal, job, phases::kStage);
  const auto manifest = stored.manifest();
  job.set_total(stored.content_bytes(), manifest ? manifest->files : 0);
  const auto stream = stored.stream(warnings);
  CountedStream counted(*stream, job);
  staging.add_all(counted, stored.expected(), [&job](Bytes bytes) { job.add(bytes, 0); }, job.stop());
  enter(parts.journal, job, phases::kVerify);
  if (const auto index = stored.index()) staging.verify_complete(*index);
  staging.seal();
}

wire::RestoreReport restore_report(const OperationParts& parts, const tree::LiveRoot& root, OperationId operation,
                                   const tree::Warnings& warnings) {
  wire::RestoreReport report;
  report.undo_until = undo_expiry(parts, root, operation);
  report.warnings_count = warnings.count();
  report.warnings = wire_warnings(warnings.kept());
  return report;
}

}  // namespace

void check_restore(const OperationParts& parts, const wire::RemoteServerSettings& server, BackupId backup,
                   const wire::RestoreBackupCommand& command) {
  QuietContext quiet(parts);
  const auto stored = parts.disks.get(command.adapter)->open({.backup = backup, .server = {}}, quiet.context());
  parts.volumes.ensure(server);
  const auto root = parts.volumes.live_root(server);
  require_limit(parts.volumes.limit(server), stored->content_bytes());
  require_space(root, stored->content_bytes());
  if (!command.force && !can_be_emptied(*parts.runtimes.runtime_of(server))) {
    require_nobody_inside(root.open(), std::chrono::milliseconds{0}, {});
  }
}

Outcome restore_backup(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::RestoreBackupCommand>(operation.payload);
  const auto server = parts.servers.get(operation.server.value());
  const auto runtime = parts.runtimes.runtime_of(*server);
  auto context = job_context(parts, job);
  const auto stored =
      parts.disks.get(command.adapter)->open({.backup = operation.backup.value(), .server = {}}, context);
  parts.volumes.ensure(*server);
  const auto root = parts.volumes.live_root(*server);
  require_space(root, stored->content_bytes());

  tree::Warnings warnings;
  tree::Staging staging(root, operation.id, parts.volumes.owner_rule(*server), parts.privileged, warnings);
  const StagedArea area(staging, parts.log);
  stage(parts, *stored, staging, job, warnings);

  tree::SwapOptions options;
  options.replace = command.truncate_directory;
  options.keep_ignored = command.keep_ignored;
  if (const auto manifest = stored->manifest()) {
    options.ignored = tree::IgnoreRules::parse(tree::split_ignore_lines(manifest->ignore_rules));
  }
  options.now = parts.clock.now();
  options.keep_undo = std::chrono::hours(parts.configuration.snapshot()->system.undo_hours);
  LiveExchange(parts, root, *runtime, job, warnings)
      .run(
          command.force, [&] { tree::swap_in(root, staging, options); },
          [&] { return find_undo(root, operation.id).has_value(); });
  return completed(operation, restore_report(parts, root, operation.id, warnings));
}

Outcome settle_restore(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto server = parts.servers.get(operation.server.value());
  const auto root = parts.volumes.live_root(*server);
  tree::Warnings warnings;
  const bool happened = find_undo(root, operation.id).has_value();
  job.set_phase(phases::kFinish);
  start_after_restart(parts, operation, *server, warnings);
  if (!happened) {
    throw Error(ErrorKind::kUnavailable, "the node was restarted during the restore: the server's files are as before");
  }
  return completed(operation, restore_report(parts, root, operation.id, warnings));
}

}  // namespace strata::wings
