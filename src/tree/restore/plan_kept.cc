#include <algorithm>
#include <vector>

#include "strata/base/error.h"
#include "strata/tree/live_root.h"
#include "strata/tree/restore/access.h"
#include "strata/tree/restore/swap_planner.h"

namespace strata::tree {

namespace {

class KeptPlan {
 public:
  KeptPlan(const BothTrees& trees, const IgnoreRules& rules, bool first_level, StepListWriter& kept, Warnings& warnings)
      : trees_(trees), rules_(rules), first_level_(first_level), kept_(kept), warnings_(warnings) {}

  void run() {
    levels_.push_back({.path = {}, .noted = true});
    directory();
  }

 private:
  /// A live directory on the way down.
  struct Level {
    vfs::Path path;
    bool noted = false;  ///< its counterpart exists and its attributes are in the list
  };

  void directory() {
    const vfs::Path path = levels_.back().path;
    if (!mode_allows(trees_.live.stat(path), 5)) {
      warnings_.add(path.bytes(),
                    "permission denied: ignored entries in this folder are not kept, they are in the undo");
      return;
    }
    auto listed = trees_.live.list(path);
    std::sort(listed.begin(), listed.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const auto& [name, known_type] : listed) {
      if (path.depth() == vfs::kMaxDepth || path.bytes().size() + 1 + name.size() > vfs::kMaxPathBytes) {
        warnings_.add(path.bytes(), "too deep to look for ignored entries in it: they are in the undo");
        return;
      }
      const vfs::Path child = path / name;
      if (is_in_workspace(child)) continue;
      const auto type = known_type ? known_type : type_of(child);
      if (!type) continue;  // gone since it was listed
      const bool is_directory = type == vfs::Type::kDirectory;
      if (rules_.ignores(child, is_directory)) {
        keep(child);
      } else if (is_directory) {
        levels_.push_back({.path = child});
        directory();
        levels_.pop_back();
      }
    }
  }

  std::optional<vfs::Type> type_of(const vfs::Path& path) const {
    const auto stat = trees_.live.find(path);
    return stat ? std::optional(stat->type) : std::nullopt;
  }

  void keep(const vfs::Path& path) {
    const auto live = trees_.live.find(path);
    if (!live) return;
    if (trees_.tree.exists(path)) {
      warnings_.add(path.bytes(),
                    "matches the ignore rules, but the restored tree has its own: the live one is in the undo");
      return;
    }
    if (!first_level_ && path.depth() == 1) return;  // stays where it is
    if (!make_parents()) {
      warnings_.add(path.bytes(),
                    "matches the ignore rules, but its folder is a file in the restored tree: it is in the undo");
      return;
    }
    // After the swap it lies in the old tree, which is then the one in the area.
    kept_.place(path, std::nullopt, live);
  }

  /// Makes the folders on the way to the current directory where the other tree lacks them, and notes the attributes
  /// of all: the moves will change their times. False when something else is in the way.
  bool make_parents() {
    for (auto& level : levels_) {
      if (level.noted) continue;
      const Attributes live = attributes_of(trees_.live.stat(level.path));
      const auto there = trees_.tree.find(level.path);
      if (there && there->type != vfs::Type::kDirectory) return false;
      if (!there) make_like(level.path);
      kept_.attributes(level.path, live, there ? attributes_of(*there) : live);
      level.noted = true;
    }
    return true;
  }

  /// Mode, owner and times come with the attribute step.
  void make_like(const vfs::Path& path) {
    trees_.tree.make_directory(path, 0700);
    vfs::File made = trees_.tree.open_file(path);
    for (const auto& attribute : trees_.live.open_file(path).extended_attributes()) {
      if (!made.set_extended_attribute(attribute)) {
        warnings_.add(path.bytes(), "the file system refused extended attribute " + attribute.name);
      }
    }
  }

  const BothTrees& trees_;
  const IgnoreRules& rules_;
  const bool first_level_;
  StepListWriter& kept_;
  Warnings& warnings_;
  std::vector<Level> levels_;
};

}  // namespace

void plan_kept(const BothTrees& trees, const IgnoreRules& rules, bool first_level, StepListWriter& kept,
               Warnings& warnings) {
  KeptPlan(trees, rules, first_level, kept, warnings).run();
}

}  // namespace strata::tree
