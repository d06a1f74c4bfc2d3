#pragma once

#include <stop_token>

#include "strata/archive/archive_writer.h"
#include "strata/archive/byte_sink.h"
#include "strata/tree/file_tree.h"

namespace strata::archive {

/// A folder of a tree as one archive for a download: names relative to the folder, hashes of whole files checked by the
/// tree, no index. An error leaves the archive visibly cut (no end blocks, no last member): whoever sends it must break
/// the transfer off. kNotFound or kInvalid when `folder` is no directory, before anything is written.
void download_folder(const tree::FileTree& tree, const vfs::Path& folder, ByteSink& out, const ArchiveOptions& options,
                     const std::stop_token& stop);

/// The same for a backup that can only be streamed.
void download_stream(tree::EntryStream& entries, ByteSink& out, const ArchiveOptions& options,
                     const std::stop_token& stop);

}  // namespace strata::archive
