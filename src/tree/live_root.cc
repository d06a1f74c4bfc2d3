#include "strata/tree/live_root.h"

#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/restore/access.h"
#include "strata/tree/restore/path_text.h"

namespace strata::tree {

namespace {

constexpr std::uint32_t kSticky = 01000;

/// Checked on the held descriptor, so what was checked is what is used.
void check_is_ours(const vfs::Directory& directory) {
  const vfs::Stat stat = directory.stat({});
  if (stat.uid == ::geteuid() && (stat.mode & 0077) == 0) return;
  throw Error(ErrorKind::kRefused, "the folder " + in_quotes(directory.label()) +
                                       " belongs to somebody else or is open to others: it must be a folder of this "
                                       "node alone (mode 0700); move it away and try again");
}

/// nullopt when there is nothing of that name.
std::optional<vfs::Directory> open_ours(const vfs::Directory& parent, const vfs::Path& name) {
  const auto found = parent.find(name);
  if (!found) return std::nullopt;
  if (found->type != vfs::Type::kDirectory) {
    throw Error(ErrorKind::kRefused, in_quotes(parent.label() + "/" + name.bytes()) +
                                         " is not a folder: it is needed for restores; move it away and try again");
  }
  vfs::Directory directory = parent.open_directory(name);
  check_is_ours(directory);
  return directory;
}

vfs::Directory make_ours(const vfs::Directory& parent, const vfs::Path& name) {
  if (auto existing = open_ours(parent, name)) return std::move(*existing);
  parent.make_directory(name, 0700);
  vfs::Directory directory = parent.open_directory(name);
  check_is_ours(directory);
  return directory;
}

/// The names from the anchor (the parent or the root itself) down to the workspace.
std::vector<vfs::Path> workspace_names(const LiveRoot& root) {
  const vfs::Path folder = vfs::Path() / kWorkspaceName;
  if (root.swap == SwapKind::kContents) return {folder};
  return {folder, vfs::Path() / root.name};
}

vfs::Directory workspace_anchor(const LiveRoot& root) {
  return root.swap == SwapKind::kContents ? root.open() : root.parent.duplicate();
}

}  // namespace

bool is_in_workspace(const vfs::Path& path) {
  return path.is_beneath(vfs::Path() / kWorkspaceName);
}

vfs::Directory LiveRoot::open() const {
  return parent.open_directory(vfs::Path() / name);
}

vfs::Directory LiveRoot::workspace() const {
  vfs::Directory directory = workspace_anchor(*this);
  for (const auto& step : workspace_names(*this)) directory = make_ours(directory, step);
  return directory;
}

std::optional<vfs::Directory> LiveRoot::find_workspace() const {
  std::optional<vfs::Directory> directory = workspace_anchor(*this);
  for (const auto& step : workspace_names(*this)) {
    directory = open_ours(*directory, step);
    if (!directory) return std::nullopt;
  }
  return directory;
}

LiveRoot inspect_live_root(vfs::Kernel& kernel, const std::string& absolute_path) {
  std::string_view path = absolute_path;
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos || !vfs::is_valid_name(path.substr(slash + 1))) {
    throw Error(ErrorKind::kInvalid,
                in_quotes(absolute_path) + " cannot be a server's directory: an absolute path below '/' is needed");
  }
  LiveRoot root;
  root.name = path.substr(slash + 1);
  root.parent = vfs::Directory::open_trusted(kernel, slash == 0 ? "/" : std::string(path.substr(0, slash)));

  const vfs::Stat named = root.parent.stat(vfs::Path() / root.name);
  if (named.type == vfs::Type::kSymlink) {
    throw Error(ErrorKind::kInvalid,
                in_quotes(absolute_path) + " is a symbolic link: give the path of the directory it leads to");
  }
  if (named.type != vfs::Type::kDirectory) {
    throw Error(ErrorKind::kInvalid, in_quotes(absolute_path) + " is not a directory");
  }

  const vfs::Stat inside = root.open().stat({});
  const vfs::Stat above = root.parent.stat({});
  const bool same_file_system = inside.device == above.device && inside.mount == above.mount;
  // A sibling must be made there and the root renamed; in a sticky directory only its owner may do that.
  const bool parent_is_writable = mode_allows(above, 3) && (::geteuid() == 0 || (above.mode & kSticky) == 0 ||
                                                            above.uid == ::geteuid() || inside.uid == ::geteuid());
  root.swap = same_file_system && parent_is_writable ? SwapKind::kExchange : SwapKind::kContents;
  return root;
}

}  // namespace strata::tree
