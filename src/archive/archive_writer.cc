#include "strata/archive/archive_writer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "strata/archive/parallel_gzip.h"
#include "strata/archive/tar_writer.h"
#include "strata/base/cancel.h"
#include "strata/crypto/digest.h"

namespace strata::archive {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

/// Copies the content of the current entry; its hash.
tree::ContentHash copy_content(tree::EntryStream& entries, TarWriter& tar, std::vector<std::uint8_t>& buffer,
                               const std::function<void(Bytes, std::uint64_t)>& on_progress,
                               const std::stop_token& stop) {
  crypto::Digest digest(crypto::Algorithm::kSha256);
  while (const std::size_t got = entries.read(buffer)) {
    throw_if_stopped(stop);
    const auto piece = std::span(buffer).first(got);
    digest.update(piece);
    tar.write(piece);
    if (on_progress) on_progress(got, 0);
  }
  tree::ContentHash hash{};
  std::ranges::copy(digest.finish(), hash.begin());
  return hash;
}

}  // namespace

ArchiveTotals write_archive(tree::EntryStream& entries, ByteSink& out, const ArchiveOptions& options,
                            tree::IndexWriter* index, tree::Warnings& warnings,
                            const std::function<void(Bytes, std::uint64_t)>& on_progress, std::stop_token stop) {
  require_supported(options.format);
  std::optional<ParallelGzip> gzip;
  if (options.format == ArchiveFormat::kTarGz) {
    const GzipOptions gzip_options{
        .level = deflate_level(options.level), .threads = options.threads, .memory = options.memory};
    const auto on_restart_point = [index](const tree::RestartPoint& point) {
      if (index != nullptr) index->add_restart_point(point);
    };
    gzip.emplace(out, gzip_options, on_restart_point, stop);
  }
  TarWriter tar(gzip ? static_cast<ByteSink&>(*gzip) : out);
  std::vector<std::uint8_t> buffer(kReadBytes);
  ArchiveTotals totals;
  while (std::optional<tree::Entry> entry = entries.next()) {
    throw_if_stopped(stop);
    if (!TarWriter::holds_attributes(*entry)) {
      entry->attributes.clear();
      warnings.add(entry->path.bytes(), "its extended attributes are larger than an archive holds: left out");
    }
    entry->position = tar.begin(*entry);
    if (entry->is_regular() && !entry->hard_link) {
      entry->hash = copy_content(entries, tar, buffer, on_progress, stop);
      totals.content_bytes += entry->size;
    }
    ++totals.entries;
    if (!entry->is_directory()) {
      ++totals.files;
      if (on_progress) on_progress(0, 1);
    }
    if (index != nullptr) index->add(*entry);
  }
  tar.finish();
  if (gzip) gzip->finish();
  totals.decoded = tar.position();
  return totals;
}

}  // namespace strata::archive
