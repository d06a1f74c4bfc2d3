#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "strata/base/cancel.h"
#include "strata/disks/backup_disk.h"

namespace strata::wings {

/// A real disk behind a gate: a test holds its creations, lets them go, or makes the next call fail. Any thread.
class GatedDisk final : public disks::BackupDisk {
 public:
  explicit GatedDisk(std::unique_ptr<disks::BackupDisk> inner) : inner_(std::move(inner)) {}

  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  /// Until a creation stands at the gate; false after 20 s.
  bool wait_until_held() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds{20}, [this] { return at_gate_ > 0; });
  }
  /// The next "create", "verify" or "remove" throws this instead of doing its work.
  void fail_next(std::string what, Error error) {
    const std::lock_guard lock(mutex_);
    failures_.insert_or_assign(std::move(what), std::move(error));
  }

  disks::Capabilities capabilities() const override { return inner_->capabilities(); }
  disks::Receipt create(const disks::ServerVolume& volume, const disks::CreateOptions& options,
                        disks::JobContext& context) override {
    pass(context.stop);
    fail_if_told("create");
    return inner_->create(volume, options, context);
  }
  std::unique_ptr<disks::StoredBackup> open(const disks::BackupRef& ref, disks::JobContext& context) override {
    return inner_->open(ref, context);
  }
  disks::VerifyReport verify(const disks::BackupRef& ref, disks::JobContext& context) override {
    fail_if_told("verify");
    return inner_->verify(ref, context);
  }
  void remove(const disks::BackupRef& ref, disks::JobContext& context) override {
    fail_if_told("remove");
    inner_->remove(ref, context);
  }
  std::vector<disks::Found> enumerate(const std::string& cursor, std::size_t limit,
                                      disks::JobContext& context) override {
    return inner_->enumerate(cursor, limit, context);
  }
  std::vector<disks::Check> check(disks::JobContext& context) override { return inner_->check(context); }
  disks::RecoveryReport recover(const disks::Ledger& ledger) override { return inner_->recover(ledger); }

 private:
  void pass(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    ++at_gate_;
    changed_.notify_all();
    changed_.wait(lock, stop, [this] { return !held_; });
    --at_gate_;
    throw_if_stopped(stop);
  }
  void fail_if_told(const std::string& what) {
    const std::lock_guard lock(mutex_);
    const auto failure = failures_.extract(what);
    if (failure) throw Error(failure.mapped());
  }

  std::unique_ptr<disks::BackupDisk> inner_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool held_ = false;
  int at_gate_ = 0;
  std::map<std::string, Error> failures_;
};

}  // namespace strata::wings
