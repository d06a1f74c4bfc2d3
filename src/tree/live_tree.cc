#include "strata/tree/live_tree.h"

#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/live_root.h"
#include "strata/tree/live_walk.h"
#include "strata/tree/readers.h"

namespace strata::tree {

namespace {

std::string quoted(const vfs::Path& path) {
  return "'" + to_readable_utf8(path.bytes()) + "'";
}

/// nullopt when it is gone, or nothing a tree can hold.
std::optional<Entry> examine(const vfs::Directory& parent, const vfs::Path& below, const vfs::Path& path) {
  const auto stat = parent.find(below);
  if (!stat || !is_stored_type(stat->type)) return std::nullopt;
  Entry entry = entry_of(path, *stat);
  if (!entry.is_symlink()) return entry;
  try {
    entry.link_target = parent.read_link(below);
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    return std::nullopt;  // replaced between the two questions
  }
  return entry;
}

}  // namespace

LiveTree::LiveTree(vfs::Directory root, IgnoreRules hidden) : root_(std::move(root)), hidden_(std::move(hidden)) {}

LiveTree::~LiveTree() = default;

std::optional<Entry> LiveTree::stat(const vfs::Path& path) const {
  if (is_in_workspace(path)) return std::nullopt;
  auto entry = examine(root_, path, path);
  if (entry && hidden_.ignores_with_parents(path, entry->is_directory())) return std::nullopt;
  return entry;
}

std::vector<Entry> LiveTree::list(const vfs::Path& directory, std::string_view after, std::size_t limit) const {
  const auto found = stat(directory);
  if (!found) throw Error(ErrorKind::kNotFound, quoted(directory) + " does not exist");
  if (!found->is_directory()) throw Error(ErrorKind::kInvalid, quoted(directory) + " is not a directory");
  const vfs::Directory opened = root_.open_directory(directory);
  auto names = opened.list();
  std::erase_if(names, [&](const auto& listed) {
    return listed.name <= after || (directory.is_root() && listed.name == kWorkspaceName);
  });
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.name < b.name; });

  std::vector<Entry> entries;
  for (const auto& listed : names) {
    if (entries.size() == limit) break;
    if (directory.depth() == vfs::kMaxDepth || directory.bytes().size() + 1 + listed.name.size() > vfs::kMaxPathBytes) {
      continue;  // beyond what a Path can name; backups warn of it
    }
    const vfs::Path path = directory / listed.name;
    auto entry = examine(opened, vfs::Path() / listed.name, path);
    if (entry && !hidden_.ignores(path, entry->is_directory())) entries.push_back(std::move(*entry));
  }
  return entries;
}

std::unique_ptr<RangedReader> LiveTree::open(const vfs::Path& path) const {
  const auto entry = stat(path);
  if (!entry) throw Error(ErrorKind::kNotFound, quoted(path) + " does not exist");
  if (!entry->is_regular()) throw Error(ErrorKind::kInvalid, quoted(path) + " is not a file");
  vfs::File file = root_.open_file(path);
  // Somebody may have put a fifo there since; it would be read as an empty file.
  if (file.stat().type != vfs::Type::kRegular) throw Error(ErrorKind::kInvalid, quoted(path) + " is not a file");
  return std::make_unique<FileReader>(std::move(file));
}

}  // namespace strata::tree
