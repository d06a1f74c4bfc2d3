#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "strata/base/units.h"

namespace strata::tree {

/// Internal to this room: decoded blocks by number, the least recently used go first. A block that was handed out stays
/// valid while it is held. Any thread.
class BlockCache {
 public:
  using Block = std::shared_ptr<const std::string>;

  explicit BlockCache(Bytes capacity) : capacity_(capacity) {}

  /// nullptr when it is not here.
  Block find(std::size_t number);
  void put(std::size_t number, Block block);

 private:
  using Order = std::list<std::pair<std::size_t, Block>>;  ///< most recent first

  const Bytes capacity_;
  std::mutex mutex_;
  Order order_;
  std::unordered_map<std::size_t, Order::iterator> places_;
  Bytes held_ = 0;
};

}  // namespace strata::tree
