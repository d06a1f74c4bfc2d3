#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "strata/archive/archive_format.h"
#include "strata/base/units.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/index.h"
#include "strata/tree/ranged_reader.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

namespace strata::archive {

/// What a check of an archive found.
struct ArchiveCheck {
  std::vector<std::string> damage;  ///< at most 100 sentences
  std::uint64_t files = 0;          ///< not directories
  Bytes bytes = 0;                  ///< content
  bool hashes_compared = false;
};

/// An archive on any storage, opened for reading: the one place that knows how index, compression and tar belong
/// together. Ours has an index; one of another tool (the reference node's) has none and is read by decoding, as
/// untrusted input. Any thread; what is handed out stays usable after this is gone.
class ArchiveFile {
 public:
  /// `stored` is the whole file; `index_blob` the sidecar's blob, or nullptr to look for the index in the file itself
  /// (tar_gz). `spill` is where the index of a foreign archive is built on demand (unnamed files).
  /// kCorrupt when an index is there and damaged, kInvalid for formats that are not supported.
  ArchiveFile(std::shared_ptr<const tree::RangedReader> stored, ArchiveFormat format,
              std::shared_ptr<const tree::RangedReader> index_blob, vfs::Directory spill);
  ~ArchiveFile();

  /// nullptr for an archive of another tool.
  std::shared_ptr<const tree::IndexReader> index() const;

  /// Foreign archives are decoded once, at the first call, to build an index in an unnamed file; `stop` ends that.
  std::shared_ptr<const tree::FileTree> tree(const std::stop_token& stop) const;

  /// All entries in one pass: in Path order from the index; foreign archives in their own order. What is left out
  /// (devices) goes to `warnings`, which must outlive the stream.
  std::unique_ptr<tree::EntryStream> stream(tree::Warnings& warnings, const std::stop_token& stop) const;

  /// Decodes the whole archive as any other tool would (every block, every header, every byte of content) and compares
  /// each entry with the index. Damage is reported, not thrown; errors of the storage are thrown. `on_bytes` hears of
  /// content bytes and may be empty.
  ArchiveCheck check(const std::function<void(Bytes)>& on_bytes, const std::stop_token& stop) const;

 private:
  struct Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace strata::archive
