#include "strata/tree/hard_links.h"

namespace strata::tree {

std::optional<Entry> HardLinks::later_name(const vfs::Path& path, const vfs::Stat& stat) {
  if (stat.links < 2) return std::nullopt;
  const auto found = files_.find({stat.device, stat.inode});
  if (found == files_.end()) return std::nullopt;
  First& first = found->second;
  if (first.birth_ns != stat.birth_ns) {
    files_.erase(found);
    return std::nullopt;
  }
  Entry entry = first.entry;
  entry.hard_link = std::exchange(entry.path, path);
  if (--first.to_come == 0) files_.erase(found);
  return entry;
}

bool HardLinks::remember(const Entry& first, const vfs::Stat& stat) {
  if (stat.links < 2) return true;
  if (files_.size() == kMax) return false;
  Entry kept = first;
  kept.attributes.clear();
  files_.insert_or_assign({stat.device, stat.inode}, First{std::move(kept), stat.birth_ns, stat.links - 1});
  return true;
}

}  // namespace strata::tree
