#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>

#include "strata/base/error.h"
#include "strata/vfs/calls.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/directory_reader.h"
#include "strata/vfs/publish.h"

namespace strata::vfs {

namespace {

/// Directories held open at once. A tenant can build trees of any depth by renaming; what is deeper than this is moved
/// up towards the top of the doomed tree first, so descriptors and memory (32 KiB each) stay bounded.
constexpr std::size_t kMaxHeld = 64;

/// How many directories are moved up before we give up on somebody who builds faster than we remove.
constexpr int kMaxMoves = 1'000'000;

/// How often one directory is read again because it was not empty after its last name was removed. Somebody who keeps
/// creating files gets an error instead of our endless attention.
constexpr int kMaxPasses = 64;

/// How often one name may change between directory and something else before it is left to the next pass.
constexpr int kMaxFlips = 8;

/// Removes one tree. Each step acts on a held descriptor and one name, ".." is never used: wherever a concurrent
/// renamer moves things, only what was beneath a directory of this tree when we read it is removed, links are unlinked
/// and never entered, and another mount is an error (RESOLVE_NO_XDEV).
class TreeRemoval {
 public:
  TreeRemoval(Kernel& kernel, const Place& place) : kernel_(kernel), place_(place) {}

  void run() {
    for (int flips = 0; flips < kMaxFlips; ++flips) {
      if (unlink(place_.parent(), place_.name())) return;
      if (!enter(place_.parent(), place_.name())) continue;  // became a file or went away
      while (!levels_.empty()) step();
    }
    throw_changing();
  }

 private:
  struct Level {
    Level(Kernel& kernel, int fd, int above_fd, std::string own_name)
        : directory(kernel, fd), reader(kernel, fd), above(above_fd), name(std::move(own_name)) {}
    Descriptor directory;
    DirectoryReader reader;
    int above;  ///< descriptor of the directory that holds `name`: the level before this one, or the place
    std::string name;
    int passes = 0;
    bool made_writable = false;
  };

  [[noreturn]] void fail(int error) const { throw_system_error(error, "removing everything in " + place_.what()); }

  [[noreturn]] void throw_changing() const {
    throw Error(ErrorKind::kConflict,
                "removing " + place_.what() + ": something keeps changing it; stop what runs there and try again");
  }

  /// Repeats a call that changes the names in `directory` when that is a read-only directory of our own (restored
  /// modes, no root rights): its owner may open it up.
  template <class Call>
  int changing(int directory, Call call) {
    const int result = uninterrupted(call);
    if (result == 0 || errno != EACCES) return result;
    for (const auto& level : levels_) {
      if (level->directory.fd() != directory || level->made_writable) continue;
      level->made_writable = true;
      if (set_mode_of(kernel_, directory, 0700) == 0) return uninterrupted(call);
      errno = EACCES;
    }
    return result;
  }

  /// True when the name is gone, false when it is a directory.
  bool unlink(int parent, const char* name) {
    if (changing(parent, [&] { return kernel_.unlinkat(parent, name, 0); }) == 0 || errno == ENOENT) return true;
    if (errno == EISDIR) return false;
    fail(errno);
  }

  /// Opens a directory as the next level. False when the name is no directory any more.
  bool enter(int parent, const char* name) {
    int fd = open_beneath(kernel_, parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
                          RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    if (fd < 0 && errno == EACCES) fd = enter_unreadable(parent, name);
    if (fd < 0) {
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return false;
      if (errno == EXDEV) {
        throw Error(ErrorKind::kConflict, "removing " + place_.what() + ": another file system is mounted in it at " +
                                              quoted(name) + "; unmount it first");
      }
      fail(errno);
    }
    levels_.push_back(std::make_unique<Level>(kernel_, fd, parent, name));
    return true;
  }

  int enter_unreadable(int parent, const char* name) {
    const int held = open_beneath(kernel_, parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0,
                                  RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    if (held < 0) return -1;
    const Descriptor descriptor(kernel_, held);
    if (set_mode_of(kernel_, held, 0700) < 0) return -1;
    return open_beneath(kernel_, held, ".", O_RDONLY | O_DIRECTORY);
  }

  /// One name of the innermost directory, or its end.
  void step() {
    Level& level = *levels_.back();
    DirectoryReader::Entry entry{};
    int error = 0;
    if (!level.reader.next(entry, error)) {
      if (error != 0) fail(error);
      leave();
      return;
    }
    const int here = level.directory.fd();
    for (int flips = 0; flips < kMaxFlips; ++flips) {
      // Unlinking first costs one failed call for a directory whose type is not told, and nothing else.
      if (entry.type != Type::kDirectory || flips > 0) {
        if (unlink(here, entry.name)) return;
      }
      if (levels_.size() == kMaxHeld) {
        move_up(here, entry.name);
        return;
      }
      if (enter(here, entry.name)) return;
    }
  }

  /// The name goes to the first level that takes it, which is read again before it is removed. Not always the top
  /// one: nothing is renamed from one btrfs subvolume to another.
  void move_up(int here, const char* name) {
    if (++moves_ > kMaxMoves) throw_changing();
    const std::string flat = new_temporary_name();
    for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
      const int above = levels_[i]->directory.fd();
      const int result = changing(here, [&] { return kernel_.renameat2(here, name, above, flat.c_str(), 0); });
      if (result == 0) levels_[i]->passes = 0;
      if (result == 0 || errno == ENOENT) return;
      if (errno != EXDEV) break;
    }
    fail(errno);
  }

  /// The innermost directory has been read to its end: remove it, or read it again when it is not empty.
  void leave() {
    Level& level = *levels_.back();
    const int result =
        changing(level.above, [&] { return kernel_.unlinkat(level.above, level.name.c_str(), AT_REMOVEDIR); });
    if (result < 0 && (errno == ENOTEMPTY || errno == EEXIST)) {
      if (++level.passes > kMaxPasses) throw_changing();
      if (!level.reader.rewind()) fail(errno);
      return;
    }
    // Renamed away or replaced by a link: whatever carries the name now is met again on the next pass above.
    if (result < 0 && errno != ENOENT && errno != ENOTDIR) fail(errno);
    levels_.pop_back();
  }

  Kernel& kernel_;
  const Place& place_;
  std::vector<std::unique_ptr<Level>> levels_;
  int moves_ = 0;
};

}  // namespace

void Directory::remove_tree(const Path& path) const {
  if (!path.parent().is_root() && !exists(path.parent())) return;
  const Place place(*this, path, "removing");
  TreeRemoval(kernel(), place).run();
}

}  // namespace strata::vfs
