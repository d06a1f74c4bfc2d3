#include "strata/disks/disk_contract_fake.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/crypto/digest.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/tree_compare.h"
#include "strata/tree/tree_stream.h"

namespace strata::disks {

void RecordingProgress::set_phase(std::string_view phase) {
  const std::lock_guard lock(mutex_);
  phases_.emplace_back(phase);
}

void RecordingProgress::set_total(Bytes bytes, std::uint64_t) {
  const std::lock_guard lock(mutex_);
  total_bytes_ = bytes;
}

void RecordingProgress::add(Bytes bytes, std::uint64_t files) {
  {
    const std::lock_guard lock(mutex_);
    done_bytes_ += bytes;
    done_files_ += files;
  }
  if (on_add) on_add();
}

std::vector<std::string> RecordingProgress::phases() const {
  const std::lock_guard lock(mutex_);
  return phases_;
}

Bytes RecordingProgress::total_bytes() const {
  const std::lock_guard lock(mutex_);
  return total_bytes_;
}

Bytes RecordingProgress::done_bytes() const {
  const std::lock_guard lock(mutex_);
  return done_bytes_;
}

std::uint64_t RecordingProgress::done_files() const {
  const std::lock_guard lock(mutex_);
  return done_files_;
}

bool FixedLedger::is_running(BackupId backup) const {
  return std::ranges::find(running_, backup) != running_.end();
}

DiskContract::DiskContract() : under_test_(GetParam().make()) {}
DiskContract::~DiskContract() = default;

JobContext DiskContract::context(std::stop_token stop) {
  return {.stop = std::move(stop),
          .progress = progress_,
          .clock = clock_,
          .log = log_,
          .operation = OperationId::random(),
          .fence = 7};
}

Receipt DiskContract::create(BackupId backup, const std::vector<std::string>& ignore, std::stop_token stop) {
  JobContext job = context(std::move(stop));
  const ServerVolume volume{ServerId::random(), "survival", server_.root()};
  CreateOptions options;
  options.backup = backup;
  options.backup_name = "nightly";
  options.node = NodeId::random();
  options.ignore = tree::IgnoreRules::parse(ignore);
  return disk().create(volume, options, job);
}

std::unique_ptr<StoredBackup> DiskContract::open(BackupId backup) {
  JobContext job = context();
  return disk().open({backup, {}}, job);
}

std::string DiskContract::differences(BackupId backup, const std::vector<std::string>& ignore) {
  const std::unique_ptr<StoredBackup> stored = open(backup);
  tree::Warnings warnings;
  const auto compare_with_live = [&](tree::EntryStream& actual) {
    tree::LiveStream live(server_.root(), tree::IgnoreRules::parse(ignore), warnings, {});
    return tree::describe(tree::compare(live, actual, {.owners = true}));
  };
  std::string found = compare_with_live(*stored->stream(warnings));
  if (disk().capabilities().browsable) {
    const std::shared_ptr<const tree::FileTree> browsed = stored->tree();
    tree::TreeStream stream(*browsed);
    found += compare_with_live(stream);
  }
  return found;
}

std::string DiskContract::snapshot(BackupId backup) {
  const std::unique_ptr<StoredBackup> stored = open(backup);
  tree::Warnings warnings;
  const auto stream = stored->stream(warnings);
  std::string text;
  std::vector<std::uint8_t> buffer(64 * 1024);
  while (const std::optional<tree::Entry> entry = stream->next()) {
    crypto::Digest digest(crypto::Algorithm::kSha256);
    while (const std::size_t got = stream->read(buffer)) digest.update(std::span(buffer).first(got));
    text += fmt::format("{} {:o} {} {} {} {}\n", entry->path.bytes(), entry->mode, entry->mtime_ns, entry->link_target,
                        entry->hard_link ? entry->hard_link->bytes() : "", hex(digest.finish()));
  }
  return text;
}

std::string DiskContract::read_back(BackupId backup, const std::string& expected) {
  std::string actual;
  const std::string outcome = error_of([&] { actual = snapshot(backup); });
  if (outcome != "no error") return outcome;
  return actual == expected ? "the same" : "other files than were stored";
}

bool DiskContract::verified(BackupId backup) {
  JobContext job = context();
  return disk().verify({backup, {}}, job).intact;
}

std::vector<BackupId> DiskContract::enumerated() {
  JobContext job = context();
  std::vector<BackupId> backups;
  for (const Found& found : disk().enumerate("", 1'000, job)) backups.push_back(found.backup);
  return backups;
}

}  // namespace strata::disks
