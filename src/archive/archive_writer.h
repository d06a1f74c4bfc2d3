#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "strata/archive/archive_format.h"
#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/index.h"
#include "strata/tree/warnings.h"

namespace strata::archive {

struct ArchiveOptions {
  ArchiveFormat format = ArchiveFormat::kTarGz;
  CompressionLevel level = CompressionLevel::kBestSpeed;
  std::size_t threads = 2;
  Bytes memory = 64 * 1024 * 1024;  ///< buffers of the compression
};

struct ArchiveTotals {
  std::uint64_t entries = 0;
  std::uint64_t files = 0;  ///< not directories
  Bytes content_bytes = 0;  ///< hard-linked content once
  Bytes decoded = 0;        ///< length of the tar stream
};

/// Writes a whole archive from a stream of entries: tar, then the compression of the format. With an `index` every
/// entry is added to it with its position and the SHA-256 of its content, and the restart points of the compression;
/// the caller then finishes the index and carries it (write_gzip_tail, or a sidecar). `on_progress` hears of content
/// bytes and entries that are not directories, in steps. Attributes that tar cannot hold become warnings. kInvalid for
/// formats that are not supported. One thread besides the compression's.
ArchiveTotals write_archive(tree::EntryStream& entries, ByteSink& out, const ArchiveOptions& options,
                            tree::IndexWriter* index, tree::Warnings& warnings,
                            const std::function<void(Bytes, std::uint64_t)>& on_progress, std::stop_token stop);

}  // namespace strata::archive
