#include "strata/tree/tree_stream.h"

#include "strata/base/cancel.h"

namespace strata::tree {

TreeStream::TreeStream(const FileTree& tree, vfs::Path from, std::stop_token stop)
    : tree_(tree), from_(std::move(from)), stop_(std::move(stop)) {}

TreeStream::~TreeStream() = default;

/// True when the level has a next entry.
bool TreeStream::fill(Level& level) {
  if (level.position < level.page.size()) return true;
  if (level.last_page) return false;
  level.page = tree_.list(level.directory, level.after, kPage);
  level.position = 0;
  level.last_page = level.page.size() < kPage;
  return !level.page.empty();
}

/// A hard link out of the part of the tree that is given becomes a file with what its first name had.
void TreeStream::detach(Entry& entry) const {
  if (!entry.hard_link || entry.hard_link->is_beneath(from_)) return;
  if (auto first = tree_.stat(*entry.hard_link)) {
    entry.attributes = std::move(first->attributes);
    entry.hash = first->hash;
    entry.sparse = first->sparse;
  }
  entry.hard_link.reset();
}

std::optional<Entry> TreeStream::next() {
  throw_if_stopped(stop_);
  content_.reset();
  current_.reset();
  offset_ = 0;
  if (!started_) levels_.push_back({from_, {}, 0, {}, false});
  started_ = true;
  while (!levels_.empty() && !fill(levels_.back())) levels_.pop_back();
  if (levels_.empty()) return std::nullopt;
  Level& level = levels_.back();
  Entry entry = std::move(level.page[level.position++]);
  level.after = entry.path.name();
  detach(entry);
  current_ = entry;
  if (entry.is_directory()) levels_.push_back({entry.path, {}, 0, {}, false});
  return entry;
}

std::size_t TreeStream::read(std::span<std::uint8_t> out) {
  throw_if_stopped(stop_);
  if (!current_ || !current_->is_regular() || current_->hard_link) return 0;
  if (!content_) content_ = tree_.open(current_->path);
  const std::size_t count = content_->read_at(offset_, out);
  offset_ += count;
  return count;
}

}  // namespace strata::tree
