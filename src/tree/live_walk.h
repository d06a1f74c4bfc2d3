#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/error.h"
#include "strata/tree/entry.h"
#include "strata/tree/ignore_rules.h"
#include "strata/vfs/directory.h"

/// Internal to this room: the way through a live tree that survey, stream and listing share.
namespace strata::tree {

/// A name that a walk has come to. `parent` is held open by the walk and valid until its next() or enter().
struct FoundName {
  const vfs::Directory& parent;
  vfs::Path name;  ///< one component, to be used with `parent`
  vfs::Path path;  ///< from the root
  vfs::Type type;
};

/// Goes through a tree while others change it: every directory is reached from the held descriptor of the one above, so
/// nothing that is renamed or planted meanwhile leads outside. Ignored names and the restore workspace never show, and
/// ignored directories cannot be entered. At most 129 directories are open, with their names in memory. One thread.
class LiveWalk {
 public:
  enum class Order {
    kByName,  ///< Path order: what streams promise
    kAny,     ///< as the file system gives them: what counting needs
  };
  /// What could not be walked: path and reason.
  using Report = std::function<void(const std::string& path, const std::string& reason)>;

  /// `root` and `rules` must outlive this. Throws when the root cannot be listed.
  LiveWalk(const vfs::Directory& root, const IgnoreRules& rules, Order order, Report report);

  /// The next name; nullopt at the end. A directory's names come right after it if it was entered.
  std::optional<FoundName> next();

  /// Goes down into the directory that next() gave last, opened by the caller.
  void enter(const vfs::Path& path, vfs::Directory directory);

  /// False for what another file system is mounted on.
  bool on_same_mount(const vfs::Stat& stat) const;

 private:
  struct Level {
    vfs::Directory directory;
    vfs::Path path;
    std::vector<vfs::ListedName> names;
    std::size_t position = 0;
  };
  void push(const vfs::Path& path, vfs::Directory directory);
  std::optional<FoundName> examine(const Level& level, const vfs::ListedName& listed);

  const IgnoreRules& rules_;
  const Order order_;
  const Report report_;
  const vfs::Stat root_;
  std::vector<Level> levels_;
};

/// What lstat says as an entry, without link target, attributes and hard link.
Entry entry_of(const vfs::Path& path, const vfs::Stat& stat);

/// True for what a tree can hold: regular files, directories, symbolic links.
bool is_stored_type(vfs::Type type);

/// Why, without where: the end of an error's message. The path of a warning stands beside it, and absolute paths of the
/// node are not for tenants.
std::string cause_of(const Error& error);

/// True when an error is about one file (it vanished, may not be read, its disk is broken), false when it is about us:
/// then the walk must end.
bool is_about_the_file(const Error& error);

}  // namespace strata::tree
