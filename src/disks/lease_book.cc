#include "strata/disks/lease_book.h"

#include <utility>

#include "strata/base/cancel.h"
#include "strata/base/error.h"

namespace strata::disks {

LeaseBook::Lease::Lease(Lease&& other) noexcept
    : book_(std::exchange(other.book_, nullptr)), backup_(other.backup_), exclusive_(other.exclusive_) {}

LeaseBook::Lease& LeaseBook::Lease::operator=(Lease&& other) noexcept {
  std::swap(book_, other.book_);
  std::swap(backup_, other.backup_);
  std::swap(exclusive_, other.exclusive_);
  return *this;
}

LeaseBook::Lease::~Lease() {
  if (book_ != nullptr) book_->give_back(backup_, exclusive_);
}

LeaseBook::Lease LeaseBook::share(BackupId backup, std::chrono::milliseconds patience, const std::stop_token& stop) {
  return take(backup, false, patience, stop);
}

LeaseBook::Lease LeaseBook::exclude(BackupId backup, std::chrono::milliseconds patience, const std::stop_token& stop) {
  return take(backup, true, patience, stop);
}

LeaseBook::Lease LeaseBook::take(BackupId backup, bool exclusive, std::chrono::milliseconds patience,
                                 const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto is_free = [&] {
    const auto use = uses_.find(backup);
    return use == uses_.end() || (!exclusive && !use->second.exclusive);
  };
  const bool free = changed_.wait_for(lock, stop, patience, is_free);
  throw_if_stopped(stop);
  if (!free) {
    throw Error(ErrorKind::kConflict,
                exclusive ? "the backup is in use (a download, a restore or a check): try again when that is done"
                          : "the backup is being made or removed: try again when that is done");
  }
  Use& use = uses_[backup];
  if (exclusive)
    use.exclusive = true;
  else
    ++use.readers;
  return {*this, backup, exclusive};
}

void LeaseBook::give_back(BackupId backup, bool exclusive) {
  const std::lock_guard lock(mutex_);
  Use& use = uses_[backup];
  if (exclusive)
    use.exclusive = false;
  else
    --use.readers;
  if (!use.exclusive && use.readers == 0) uses_.erase(backup);
  changed_.notify_all();
}

}  // namespace strata::disks
