#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace strata::tree {

/// Something a backup or a restore could not do as asked, about one path. `path` is bytes.
struct Warning {
  std::string path;
  std::string
      reason;  ///< "permission denied: not in the backup", "changed while it was read: stored at its size at opening"
};

/// Collects warnings: the first 1,000 whole, after that only the count. Any thread.
class Warnings {
 public:
  static constexpr std::size_t kKept = 1000;

  void add(std::string path, std::string reason) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (kept_.size() < kKept) kept_.push_back({std::move(path), std::move(reason)});
  }
  std::uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  std::vector<Warning> kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;
  std::vector<Warning> kept_;
};

}  // namespace strata::tree
