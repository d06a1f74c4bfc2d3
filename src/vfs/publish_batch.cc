#include "strata/vfs/publish_batch.h"

#include <cerrno>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"
#include "strata/vfs/publish.h"

namespace strata::vfs {

PublicationBatch::PublicationBatch(const Directory& directory, Sync sync)
    : directory_(directory), syncing_(directory.duplicate()), sync_(sync) {}

PublicationBatch::~PublicationBatch() {
  discard();
}

void PublicationBatch::add(const Path& path, std::span<const std::uint8_t> content, std::uint32_t mode) {
  if (full()) throw Error(ErrorKind::kInternal, "a publication batch holds at most 256 objects");
  if (path.is_root()) throw Error(ErrorKind::kInvalid, "an object in " + quoted(directory_.label()) + " has no name");
  const Path parent = path.parent();
  if (!directories_.contains(parent)) {
    directory_.make_directories(parent);
    // Parents up to the top: any of them may be new, and a new name is durable only with the directory it is in.
    directories_.insert(Path());
    for (Path above = parent; !above.is_root(); above = above.parent()) directories_.insert(above);
  }
  const Path temporary = parent / new_temporary_name();
  File file = directory_.create_file(temporary, mode);
  try {
    file.write(content);
    objects_.push_back({path, temporary, std::move(file)});
  } catch (...) {
    discard_quietly(directory_, temporary);
    throw;
  }
}

std::vector<Path> PublicationBatch::publish() {
  try {
    sync_contents();
    auto existing = rename_all();
    sync_directories();
    return existing;
  } catch (...) {
    discard();
    throw;
  }
}

void PublicationBatch::sync_contents() {
  if (objects_.empty()) return;
  if (sync_ == Sync::kFileSystem) {
    if (syncing_.kernel().syncfs(syncing_.fd()) == 0) return;
    if (errno != ENOSYS && errno != EOPNOTSUPP) {
      throw_system_error(errno, "syncing the file system of " + quoted(directory_.label()));
    }
  }
  for (auto& object : objects_) object.file.sync();
}

std::vector<Path> PublicationBatch::rename_all() {
  std::vector<Path> existing;
  while (!objects_.empty()) {
    const Object& object = objects_.back();
    try {
      directory_.rename_no_replace(object.temporary, directory_, object.path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kConflict) throw;
      directory_.remove_file(object.temporary);
      existing.push_back(object.path);
    }
    objects_.pop_back();
  }
  return existing;
}

void PublicationBatch::sync_directories() {
  // Depth-first order puts a directory before what is in it; from the leaf up is the reverse.
  while (!directories_.empty()) {
    const auto last = std::prev(directories_.end());
    directory_.sync_directory(*last);
    directories_.erase(last);
  }
}

void PublicationBatch::discard() noexcept {
  for (const auto& object : objects_) discard_quietly(directory_, object.temporary);
  objects_.clear();
  directories_.clear();
}

}  // namespace strata::vfs
