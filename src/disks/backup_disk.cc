#include "strata/disks/backup_disk.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/cancel.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::disks {
namespace {

/// Reads the content of the current entry; its size and hash.
struct Content {
  Bytes size = 0;
  tree::ContentHash hash{};
};

Content read_content(tree::EntryStream& stream, JobContext& context, std::vector<std::uint8_t>& buffer) {
  Content content;
  crypto::Digest digest(crypto::Algorithm::kSha256);
  while (const std::size_t got = stream.read(buffer)) {
    throw_if_stopped(context.stop);
    digest.update(std::span(buffer).first(got));
    content.size += got;
    context.progress.add(got, 0);
  }
  std::ranges::copy(digest.finish(), content.hash.begin());
  return content;
}

/// Compares what came out of a backup with what the backup recorded.
class Comparison {
 public:
  Comparison(const StoredBackup& backup, VerifyReport& report)
      : report_(report), manifest_(backup.manifest()), expected_(backup.expected()) {
    report_.hashes_compared = static_cast<bool>(expected_);
  }

  void entry(const tree::Entry& entry, const std::optional<Content>& content) {
    ++entries_;
    if (!expected_) return;
    const std::optional<tree::Entry> recorded = expected_(entry.path);
    if (!recorded) {
      damaged(entry, "is not in the list of files");
    } else if (recorded->type != entry.type || recorded->link_target != entry.link_target) {
      damaged(entry, "is not what the list of files says");
    } else if (content && content->size != recorded->size) {
      damaged(entry, fmt::format("has {} bytes instead of {}", content->size, recorded->size));
    } else if (content && recorded->hash && content->hash != *recorded->hash) {
      damaged(entry, "has other content than was backed up");
    } else if (content && !recorded->hash) {
      report_.hashes_compared = false;
    }
  }

  void end() {
    if (manifest_ && manifest_->entries != entries_) {
      report_.add_damage(
          fmt::format("{} entries came out of the backup, {} were stored", entries_, manifest_->entries));
    }
  }

 private:
  void damaged(const tree::Entry& entry, std::string_view what) {
    report_.add_damage(fmt::format("'{}' {}", to_readable_utf8(entry.path.bytes()), what));
  }

  VerifyReport& report_;
  std::optional<tree::Manifest> manifest_;
  std::function<std::optional<tree::Entry>(const vfs::Path&)> expected_;
  std::uint64_t entries_ = 0;
};

void read_and_compare(const StoredBackup& backup, JobContext& context, VerifyReport& report) {
  Comparison comparison(backup, report);
  tree::Warnings warnings;
  const auto stream = backup.stream(warnings);
  std::vector<std::uint8_t> buffer(256 * 1024);
  while (const std::optional<tree::Entry> entry = stream->next()) {
    throw_if_stopped(context.stop);
    std::optional<Content> content;
    if (entry->is_regular() && !entry->hard_link) {
      content = read_content(*stream, context, buffer);
      report.bytes += content->size;
    }
    if (!entry->is_directory()) {
      ++report.files;
      context.progress.add(0, 1);
    }
    comparison.entry(*entry, content);
  }
  comparison.end();
}

}  // namespace

void VerifyReport::add_damage(std::string what) {
  intact = false;
  if (damage.size() < kMaxDamage) damage.push_back(std::move(what));
}

bool is_damage(const Error& error) {
  return error.kind() == ErrorKind::kCorrupt || error.kind() == ErrorKind::kInvalid ||
         error.kind() == ErrorKind::kTooLarge;
}

VerifyReport BackupDisk::verify(const BackupRef& ref, JobContext& context) {
  context.progress.set_phase("verify");
  VerifyReport report;
  report.intact = true;
  try {
    const std::unique_ptr<StoredBackup> backup = open(ref, context);
    const std::optional<tree::Manifest> manifest = backup->manifest();
    if (manifest) context.progress.set_total(manifest->content_bytes, manifest->files);
    read_and_compare(*backup, context, report);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    report.add_damage(error.message());
  }
  return report;
}

}  // namespace strata::disks
