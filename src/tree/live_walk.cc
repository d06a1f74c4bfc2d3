#include "strata/tree/live_walk.h"

#include <algorithm>

#include "strata/tree/live_root.h"

namespace strata::tree {

LiveWalk::LiveWalk(const vfs::Directory& root, const IgnoreRules& rules, Order order, Report report)
    : rules_(rules), order_(order), report_(std::move(report)), root_(root.stat({})) {
  push({}, root.duplicate());
}

void LiveWalk::push(const vfs::Path& path, vfs::Directory directory) {
  auto names = directory.list();
  if (path.is_root()) std::erase_if(names, [](const auto& listed) { return listed.name == kWorkspaceName; });
  if (order_ == Order::kByName) {
    std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  levels_.push_back({std::move(directory), path, std::move(names), 0});
}

void LiveWalk::enter(const vfs::Path& path, vfs::Directory directory) {
  try {
    push(path, std::move(directory));
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    report_(path.bytes(), cause_of(error) + ": what is in this folder is not in the backup");
  }
}

std::optional<FoundName> LiveWalk::next() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.position == level.names.size()) {
      levels_.pop_back();
      continue;
    }
    if (auto found = examine(level, level.names[level.position++])) return found;
  }
  return std::nullopt;
}

std::optional<FoundName> LiveWalk::examine(const Level& level, const vfs::ListedName& listed) {
  const std::string path = level.path.is_root() ? listed.name : level.path.bytes() + "/" + listed.name;
  if (path.size() > vfs::kMaxPathBytes || level.path.depth() == vfs::kMaxDepth) {
    report_(path, "the path is longer than 4,096 bytes or deeper than 128 folders: not in the backup");
    return std::nullopt;
  }
  const vfs::Path name = vfs::Path() / listed.name;
  try {
    FoundName found{level.directory, name, level.path / name, vfs::Type::kRegular};
    found.type = listed.type ? *listed.type : level.directory.stat(name).type;
    if (rules_.ignores(found.path, found.type == vfs::Type::kDirectory)) return std::nullopt;
    return found;
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    report_(path, cause_of(error) + ": not in the backup");
    return std::nullopt;
  }
}

bool LiveWalk::on_same_mount(const vfs::Stat& stat) const {
  // Kernels before 5.8 do not tell the mount; then a bind mount of the same file system goes unnoticed.
  if (stat.mount == 0 || root_.mount == 0) return stat.device == root_.device;
  return stat.mount == root_.mount;
}

Entry entry_of(const vfs::Path& path, const vfs::Stat& stat) {
  Entry entry;
  entry.path = path;
  entry.type = stat.type;
  entry.size = stat.type == vfs::Type::kRegular ? stat.size : 0;
  entry.mode = stat.mode;
  entry.uid = stat.uid;
  entry.gid = stat.gid;
  entry.mtime_ns = stat.mtime_ns;
  return entry;
}

bool is_stored_type(vfs::Type type) {
  return type == vfs::Type::kRegular || type == vfs::Type::kDirectory || type == vfs::Type::kSymlink;
}

std::string cause_of(const Error& error) {
  if (error.kind() == ErrorKind::kNotFound) return "vanished while the backup ran";
  const auto& message = error.message();
  const auto colon = message.rfind(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

bool is_about_the_file(const Error& error) {
  return error.kind() == ErrorKind::kIo || error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kInvalid;
}

}  // namespace strata::tree
