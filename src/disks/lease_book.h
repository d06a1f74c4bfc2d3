#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>

#include "strata/base/id.h"

namespace strata::disks {

/// Who uses which backup of a disk inside this process: any number of readers, or one that makes or removes it. A lease
/// gives itself back when it goes; the book must outlive its leases. Any thread.
class LeaseBook {
 public:
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

   private:
    friend class LeaseBook;
    Lease(LeaseBook& book, BackupId backup, bool exclusive) : book_(&book), backup_(backup), exclusive_(exclusive) {}
    LeaseBook* book_ = nullptr;
    BackupId backup_;
    bool exclusive_ = false;
  };

  /// Waits up to `patience`, then kConflict says that the backup is being made or removed. kCancelled on stop.
  Lease share(BackupId backup, std::chrono::milliseconds patience, const std::stop_token& stop);
  /// Waits up to `patience` for readers to finish, then kConflict says that the backup is in use.
  Lease exclude(BackupId backup, std::chrono::milliseconds patience, const std::stop_token& stop);

 private:
  struct Use {
    std::size_t readers = 0;
    bool exclusive = false;
  };
  Lease take(BackupId backup, bool exclusive, std::chrono::milliseconds patience, const std::stop_token& stop);
  void give_back(BackupId backup, bool exclusive);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<BackupId, Use> uses_;  ///< guarded by mutex_; only what is in use
};

}  // namespace strata::disks
