#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/vfs/file.h"
#include "strata/vfs/path.h"

namespace strata::vfs {

struct ListedName {
  std::string name;          ///< bytes
  std::optional<Type> type;  ///< absent when the file system does not tell
};

/// Whether symbolic links in a path are followed. kInside follows links that stay beneath the directory (the live file
/// API); kNever refuses any link anywhere in the path, the last component included.
enum class Links { kNever, kInside };

/// A held directory descriptor and the only way to reach what is beneath it: each call resolves with openat2
/// RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS, so neither "..", nor a planted or swapped link, nor a rename race leads
/// outside. Multi-component operations open the parent confined first and then act on one name with a *at call.
/// Movable; `duplicate()` gives another handle. Const calls from any thread.
///
/// Errors: Error of throw_system_error() with the path named; a path that leads outside, or through a link that is not
/// to be followed, is kInvalid. Modes given at creation are subject to the umask; set_mode() is exact.
class Directory {
 public:
  Directory() = default;
  Directory(Descriptor descriptor, std::string label) : descriptor_(std::move(descriptor)), label_(std::move(label)) {}

  /// Opens a path of the node's own configuration (backup_directory, data): the one place where an absolute path
  /// string enters. kNotFound names it.
  static Directory open_trusted(Kernel& kernel, const std::string& absolute_path);
  /// The same, making missing components with mode 0700, durable on return.
  static Directory create_trusted(Kernel& kernel, const std::string& absolute_path);

  /// Another handle with a position and sync errors of its own (opened again, not dup'ed).
  Directory duplicate() const;

  Directory open_directory(const Path& path, Links links = Links::kNever) const;
  File open_file(const Path& path, Links links = Links::kNever) const;  ///< read-only, non-blocking open, any type
  /// O_CREAT|O_EXCL, mode 0600 unless told. kConflict when it exists.
  File create_file(const Path& path, std::uint32_t mode = 0600) const;
  /// An unnamed file on the same file system (O_TMPFILE, or create+unlink where that is not supported).
  File create_unnamed() const;
  /// Opens for reading and writing, creating it when missing (lock files).
  File open_or_create_file(const Path& path, std::uint32_t mode = 0600) const;

  Stat stat(const Path& path) const;                 ///< lstat; the root path is this directory
  std::optional<Stat> find(const Path& path) const;  ///< nullopt when absent
  bool exists(const Path& path) const { return find(path).has_value(); }
  /// All names except "." and "..", unsorted. Throws kTooLarge beyond `limit`.
  std::vector<ListedName> list(const Path& path = {}, std::size_t limit = 10'000'000) const;
  std::string read_link(const Path& path) const;  ///< literal target bytes

  void make_directory(const Path& path, std::uint32_t mode = 0700) const;
  void make_directories(const Path& path, std::uint32_t mode = 0700) const;  ///< missing ones; existing are kept
  void make_symlink(const Path& path, std::string_view target) const;
  void make_hard_link(const Path& existing, const Path& path) const;

  void remove_file(const Path& path) const;       ///< unlink; kNotFound when absent
  void remove_directory(const Path& path) const;  ///< rmdir
  /// Everything beneath and the entry itself, at any depth, in constant memory and few descriptors; links are removed,
  /// not followed; other mounts are not entered (kConflict). Directories of ours that modes close to us are opened up.
  /// Absent is success. Safe against a hostile concurrent renamer; kConflict when something keeps changing the tree.
  /// After an error the rest is still there and the call can be repeated. Not durable by itself: sync the parent.
  void remove_tree(const Path& path) const;

  void rename(const Path& from, const Directory& to_directory, const Path& to) const;  ///< replaces
  /// kConflict when `to` exists. Never replaces, also on file systems without RENAME_NOREPLACE (ZFS before 2.2).
  void rename_no_replace(const Path& from, const Directory& to_directory, const Path& to) const;
  void exchange(const Path& a, const Directory& other, const Path& b) const;  ///< RENAME_EXCHANGE, atomic

  void set_mode(const Path& path, std::uint32_t mode) const;                     ///< never for links
  void set_mtime(const Path& path, std::int64_t mtime_ns) const;                 ///< links: their own time
  void set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) const;  ///< links: their own owner

  void sync() const;  ///< fsync of this directory
  void sync_directory(const Path& path) const;
  void sync_file_system() const;  ///< syncfs

  struct Space {
    Bytes total = 0;
    Bytes available = 0;  ///< to this process
    std::uint64_t free_inodes = 0;
  };
  Space space() const;

  int fd() const { return descriptor_.fd(); }
  Kernel& kernel() const { return descriptor_.kernel(); }
  const std::string& label() const { return label_; }  ///< for error texts
  explicit operator bool() const { return static_cast<bool>(descriptor_); }

 private:
  Descriptor descriptor_;
  std::string label_;
};

}  // namespace strata::vfs
