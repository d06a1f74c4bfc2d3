#include <set>
#include <utility>

#include "strata/base/cancel.h"
#include "strata/tree/hard_links.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/live_walk.h"

namespace strata::tree {

namespace {

/// Files with several names that were counted.
class Counted {
 public:
  /// True the first time.
  bool add(const vfs::Stat& stat) {
    if (stat.links < 2) return true;
    if (seen_.size() == HardLinks::kMax) return !seen_.contains({stat.device, stat.inode});
    return seen_.emplace(stat.device, stat.inode).second;
  }

 private:
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
};

}  // namespace

Survey survey(const vfs::Directory& root, const IgnoreRules& rules, const std::stop_token& stop) {
  Survey result;
  Counted counted;
  LiveWalk walk(root, rules, LiveWalk::Order::kAny, [](const std::string&, const std::string&) {});
  while (const auto found = walk.next()) {
    throw_if_stopped(stop);
    if (!is_stored_type(found->type)) continue;
    try {
      if (found->type == vfs::Type::kDirectory) {
        ++result.entries;
        vfs::Directory directory = found->parent.open_directory(found->name);
        if (walk.on_same_mount(directory.stat({}))) walk.enter(found->path, std::move(directory));
        continue;
      }
      const vfs::Stat stat = found->parent.stat(found->name);
      if (found->type == vfs::Type::kRegular) {
        if (!walk.on_same_mount(stat)) continue;
        if (counted.add(stat)) result.bytes += stat.size;
      }
      ++result.files;
      ++result.entries;
    } catch (const Error& error) {
      if (!is_about_the_file(error)) throw;
    }
  }
  return result;
}

}  // namespace strata::tree
