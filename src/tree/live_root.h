#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "strata/vfs/directory.h"

namespace strata::tree {

/// How a restored tree takes the place of the live one.
enum class SwapKind {
  kExchange,  ///< the root is a plain directory: one renameat2 EXCHANGE of the whole root
  kContents,  ///< the root cannot be renamed (mount point, dataset, subvolume, parent not ours): a journaled list of
              ///< renames of its top-level names
};

/// The name of the folder that holds staging and undo areas. Nothing of this name at the top of a server is ever backed
/// up, listed, served or restored.
inline constexpr std::string_view kWorkspaceName = ".strata-restore";

/// True for the workspace folder of a server and for everything beneath it.
bool is_in_workspace(const vfs::Path& path);

/// Where the live tree is. Movable. Const calls from any thread.
struct LiveRoot {
  vfs::Directory parent;  ///< the directory that holds the root
  std::string name;       ///< the root's name in it
  SwapKind swap = SwapKind::kExchange;

  /// The root as it is now: after an exchange this is another directory than before.
  vfs::Directory open() const;

  /// The folder with one area for each operation on this root (docs/formats/restore-workspace.md), made when missing:
  /// `<parent>/.strata-restore/<name>` for kExchange, `<root>/.strata-restore` for kContents; mode 0700 and ours, on
  /// the root's file system. kRefused when something of that name is not a directory of our own with mode 0700: a
  /// tenant may have planted it.
  vfs::Directory workspace() const;

  /// The same without making anything; nullopt when there is none.
  std::optional<vfs::Directory> find_workspace() const;
};

/// Finds out which swap a root needs. `absolute_path` comes from the node's own configuration. kNotFound when there is
/// no such directory, kInvalid for '/', and when the last component is a symbolic link (the message asks for the real
/// path).
LiveRoot inspect_live_root(vfs::Kernel& kernel, const std::string& absolute_path);

}  // namespace strata::tree
