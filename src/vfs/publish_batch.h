#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// Publishes many small objects (chunks) for the price of one: temporaries, one sync of the file system, renames
/// without replacing, one sync of each directory from the leaf up. The promise per object is Publication's: after a
/// crash at any moment it is absent or whole, and once publish() has returned it is there. It is not a transaction: a
/// crash or a failure may leave any subset. One thread.
class PublicationBatch {
 public:
  /// kFileSystem is one syncfs, right when little else writes to that file system; kEachFile is one fsync per object.
  /// Where the file system has no syncfs, each file is synced.
  enum class Sync { kFileSystem, kEachFile };

  /// Temporaries stay open until they are published (their sync errors are reported on the descriptor that wrote), so
  /// this bounds descriptors.
  static constexpr std::size_t kMaxObjects = 256;

  /// `directory` must outlive this; object paths are beneath it.
  explicit PublicationBatch(const Directory& directory, Sync sync = Sync::kFileSystem);
  /// Removes the temporaries of what was not published.
  ~PublicationBatch();
  PublicationBatch(const PublicationBatch&) = delete;
  PublicationBatch& operator=(const PublicationBatch&) = delete;

  /// Writes one object to a temporary beside its final place; missing directories are made (0700). kInternal when full.
  void add(const Path& path, std::span<const std::uint8_t> content, std::uint32_t mode = 0600);
  bool full() const { return objects_.size() >= kMaxObjects; }
  std::size_t size() const { return objects_.size(); }

  /// Makes all added objects durable and empties the batch, which can then be filled again. Answers the paths that
  /// existed already: those are left as they were, and their names are durable now too. When it throws, what was not
  /// renamed yet is removed, the batch is empty, and nothing may be assumed about the rest but that it is whole.
  std::vector<Path> publish();

 private:
  struct Object {
    Path path;
    Path temporary;
    File file;
  };

  void sync_contents();
  std::vector<Path> rename_all();
  void sync_directories();
  void discard() noexcept;

  const Directory& directory_;
  /// For syncfs: a write error is reported once per open descriptor, so a shared one could lose it to another thread.
  Directory syncing_;
  Sync sync_;
  std::vector<Object> objects_;
  std::set<Path> directories_;
};

}  // namespace strata::vfs
