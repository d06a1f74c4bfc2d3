#include "strata/tree/block_cache.h"

namespace strata::tree {

BlockCache::Block BlockCache::find(std::size_t number) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(number);
  if (place == places_.end()) return nullptr;
  order_.splice(order_.begin(), order_, place->second);
  return place->second->second;
}

void BlockCache::put(std::size_t number, Block block) {
  const std::lock_guard lock(mutex_);
  if (places_.contains(number)) return;  // another thread was faster
  held_ += block->size();
  order_.emplace_front(number, std::move(block));
  places_[number] = order_.begin();
  while (held_ > capacity_ && order_.size() > 1) {
    held_ -= order_.back().second->size();
    places_.erase(order_.back().first);
    order_.pop_back();
  }
}

}  // namespace strata::tree
