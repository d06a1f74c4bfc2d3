#include "strata/wings/jobs/job_queue.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"
#include "strata/base/error.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wire::OperationKind;

constexpr std::chrono::seconds kPatience{20};

/// Jobs that do nothing until the test lets them go, and say when they run.
class Stage {
 public:
  JobRequest job(std::string name, OperationKind kind, ServerId server, BackupId backup = BackupId::random()) {
    JobRequest request;
    request.operation = OperationId::random();
    request.kind = kind;
    request.server = server;
    request.backup = backup;
    request.run = [this, name = std::move(name)](Job& job) { play(name, job); };
    return request;
  }

  void let_go(const std::string& name) {
    const std::lock_guard lock(mutex_);
    free_.insert(name);
    changed_.notify_all();
  }

  bool wait_until_running(const std::set<std::string>& names) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return running_ == names; });
  }

  std::set<std::string> running() {
    const std::lock_guard lock(mutex_);
    return running_;
  }

  std::vector<std::string> ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  void play(const std::string& name, Job& job) {
    std::unique_lock lock(mutex_);
    running_.insert(name);
    changed_.notify_all();
    changed_.wait(lock, job.stop(), [&] { return free_.contains(name); });
    running_.erase(name);
    const bool stopped = job.stop().stop_requested();
    ended_.push_back(name + (stopped ? (job.cancelled() ? " cancelled" : " stopped") : ""));
    job.finish(stopped ? "cancelled" : "completed", {{"name", name}}, std::nullopt);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::string> free_;
  std::set<std::string> running_;
  std::vector<std::string> ended_;
};

class JobQueueTest : public testing::Test {
 protected:
  JobQueueOptions options() {
    JobQueueOptions options;
    options.parallel_jobs = [this] { return places.load(); };
    options.tick = std::chrono::milliseconds{5};
    return options;
  }

  std::atomic<std::size_t> places = 2;
  FakeClock clock;
  Log log{LogLevel::kError};
  Stage stage;
  JobQueue queue{options(), clock, log};
  ServerId red = ServerId::random();
  ServerId blue = ServerId::random();
  ServerId green = ServerId::random();
};

TEST_F(JobQueueTest, jobs_run_in_order_and_not_more_than_allowed) {
  queue.submit(stage.job("first", OperationKind::kCreate, red));
  queue.submit(stage.job("second", OperationKind::kCreate, blue));
  queue.submit(stage.job("third", OperationKind::kCreate, green));
  ASSERT_TRUE(stage.wait_until_running({"first", "second"}));
  EXPECT_EQ(queue.size(), 3u);
  stage.let_go("second");
  ASSERT_TRUE(stage.wait_until_running({"first", "third"}));
}

TEST_F(JobQueueTest, a_changed_limit_acts_at_once) {
  for (const char* name : {"a", "b", "c", "d"}) {
    queue.submit(stage.job(name, OperationKind::kCreate, ServerId::random()));
  }
  ASSERT_TRUE(stage.wait_until_running({"a", "b"}));
  places = 3;
  ASSERT_TRUE(stage.wait_until_running({"a", "b", "c"}));
}

TEST_F(JobQueueTest, one_operation_at_a_time_holds_a_server_and_others_pass_by) {
  queue.submit(stage.job("create", OperationKind::kCreate, red));
  queue.submit(stage.job("restore", OperationKind::kRestore, red));
  queue.submit(stage.job("other", OperationKind::kCreate, blue));
  ASSERT_TRUE(stage.wait_until_running({"create", "other"}));
  EXPECT_TRUE(queue.holds(red));
  EXPECT_TRUE(queue.holds(red, {OperationKind::kRestore}));
  EXPECT_FALSE(queue.holds(red, {OperationKind::kUndo}));
  EXPECT_FALSE(queue.holds(green));
  stage.let_go("create");
  ASSERT_TRUE(stage.wait_until_running({"restore", "other"}));
}

TEST_F(JobQueueTest, a_reserved_server_makes_operations_wait) {
  {
    const auto reservation = queue.reserve(red);
    ASSERT_TRUE(reservation);
    EXPECT_FALSE(queue.reserve(red));
    queue.submit(stage.job("waiting", OperationKind::kRestore, red));
    queue.submit(stage.job("other", OperationKind::kRestore, blue));
    ASSERT_TRUE(stage.wait_until_running({"other"}));
  }
  ASSERT_TRUE(stage.wait_until_running({"other", "waiting"}));
  EXPECT_FALSE(queue.reserve(red)) << "an operation holds it";
}

TEST_F(JobQueueTest, two_operations_never_hold_one_backup) {
  const auto backup = BackupId::random();
  places = 5;
  queue.submit(stage.job("verify", OperationKind::kVerify, red, backup));
  auto remove = stage.job("delete", OperationKind::kDelete, red, backup);
  remove.is_light = true;
  queue.submit(remove);
  queue.submit(stage.job("create", OperationKind::kCreate, red));
  ASSERT_TRUE(stage.wait_until_running({"verify", "create"}));
  stage.let_go("verify");
  ASSERT_TRUE(stage.wait_until_running({"delete", "create"}));
}

TEST_F(JobQueueTest, a_delete_does_not_wait_behind_long_backups) {
  queue.submit(stage.job("first", OperationKind::kCreate, red));
  queue.submit(stage.job("second", OperationKind::kCreate, blue));
  auto remove = stage.job("delete", OperationKind::kDelete, green);
  remove.is_light = true;
  queue.submit(remove);
  ASSERT_TRUE(stage.wait_until_running({"first", "second", "delete"}));
}

TEST_F(JobQueueTest, a_running_job_is_cancelled) {
  const auto job = stage.job("job", OperationKind::kCreate, red);
  queue.submit(job);
  ASSERT_TRUE(stage.wait_until_running({"job"}));
  EXPECT_TRUE(queue.cancel(job.operation));
  EXPECT_TRUE(queue.wait(job.operation, kPatience));
  EXPECT_THAT(stage.ended(), ElementsAre("job cancelled"));
  EXPECT_FALSE(queue.cancel(job.operation));
}

TEST_F(JobQueueTest, a_queued_job_that_is_cancelled_does_not_wait_for_its_turn) {
  queue.submit(stage.job("running", OperationKind::kRestore, red));
  const auto waiting = stage.job("waiting", OperationKind::kCreate, red);
  queue.submit(waiting);
  ASSERT_TRUE(stage.wait_until_running({"running"}));
  EXPECT_TRUE(queue.cancel(waiting.operation));
  EXPECT_TRUE(queue.wait(waiting.operation, kPatience));
  EXPECT_THAT(stage.ended(), ElementsAre("waiting cancelled"));
}

TEST_F(JobQueueTest, the_same_operation_is_not_queued_twice) {
  const auto job = stage.job("job", OperationKind::kCreate, red);
  queue.submit(job);
  EXPECT_THROW(queue.submit(job), Error);
}

TEST_F(JobQueueTest, a_full_queue_says_so) {
  auto small = options();
  small.max_queued = 1;
  JobQueue narrow(small, clock, log);
  narrow.submit(stage.job("a", OperationKind::kCreate, red));
  try {
    narrow.submit(stage.job("b", OperationKind::kCreate, blue));
    FAIL() << "was queued";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  }
}

TEST_F(JobQueueTest, watchers_see_the_life_of_an_operation_in_order) {
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto watch = queue.watch([&](const JobEvent& event) {
    const std::lock_guard lock(mutex);
    switch (event.kind) {
      case JobEvent::Kind::kQueued:
        return seen.push_back("queued");
      case JobEvent::Kind::kStarted:
        return seen.push_back("started");
      case JobEvent::Kind::kPhase:
        return seen.push_back(event.status.phase);
      case JobEvent::Kind::kProgress:
        return;
      case JobEvent::Kind::kFinished:
        return seen.push_back("finished " + event.status.phase + " " +
                              std::string(event.report.at("size").as_string()));
    }
  });
  JobRequest request;
  request.operation = OperationId::random();
  request.run = [](Job& job) {
    job.set_phase("store");
    job.set_phase("store");
    job.set_phase("verify");
    job.finish("completed", {{"size", "big"}}, std::nullopt);
  };
  queue.submit(request);
  ASSERT_TRUE(queue.wait(request.operation, kPatience));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("queued", "started", "store", "verify", "finished completed big"));
}

TEST_F(JobQueueTest, progress_is_told_while_it_moves_and_rises) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<wire::OperationStatus> seen;
  const auto watch = queue.watch([&](const JobEvent& event) {
    if (event.kind != JobEvent::Kind::kProgress) return;
    const std::lock_guard lock(mutex);
    seen.push_back(event.status);
    changed.notify_all();
  });
  JobRequest request;
  request.operation = OperationId::random();
  request.run = [&](Job& job) {
    job.set_total(100, 10);
    std::unique_lock lock(mutex);
    for (int i = 0; i < 3; ++i) {
      const auto before = seen.size();
      lock.unlock();
      job.add(10, 1);
      lock.lock();
      changed.wait_for(lock, kPatience, [&] { return seen.size() > before; });
    }
    lock.unlock();
    job.finish("completed", nullptr, std::nullopt);
  };
  queue.submit(request);
  ASSERT_TRUE(queue.wait(request.operation, kPatience));
  ASSERT_GE(seen.size(), 3u);
  EXPECT_EQ(seen.back().bytes, 30u);
  EXPECT_EQ(seen.back().total_bytes, 100u);
  EXPECT_EQ(seen.back().files, 3u);
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_GT(seen[i].sequence, seen[i - 1].sequence);
}

TEST_F(JobQueueTest, a_job_that_throws_ends_as_failed_and_frees_its_place) {
  JobRequest request;
  request.operation = OperationId::random();
  request.server = red;
  request.run = [](Job&) { throw Error(ErrorKind::kIo, "left the room"); };
  queue.submit(request);
  ASSERT_TRUE(queue.wait(request.operation, kPatience));
  queue.submit(stage.job("next", OperationKind::kCreate, red));
  ASSERT_TRUE(stage.wait_until_running({"next"}));
}

TEST_F(JobQueueTest, stopping_ends_what_runs_and_forgets_what_waits) {
  places = 1;
  queue.submit(stage.job("running", OperationKind::kCreate, red));
  queue.submit(stage.job("waiting", OperationKind::kCreate, blue));
  ASSERT_TRUE(stage.wait_until_running({"running"}));
  queue.stop(std::chrono::milliseconds{1});
  EXPECT_THAT(stage.ended(), ElementsAre("running stopped"));
  EXPECT_THAT(queue.operations(), IsEmpty());
  EXPECT_THROW(queue.submit(stage.job("late", OperationKind::kCreate, green)), Error);
}

TEST_F(JobQueueTest, a_job_that_ends_within_the_grace_is_not_disturbed) {
  queue.submit(stage.job("running", OperationKind::kCreate, red));
  ASSERT_TRUE(stage.wait_until_running({"running"}));
  stage.let_go("running");
  queue.stop(kPatience);
  EXPECT_THAT(stage.ended(), ElementsAre("running"));
}

TEST_F(JobQueueTest, waiting_for_a_job_gives_up_after_its_time) {
  const auto job = stage.job("job", OperationKind::kCreate, red);
  queue.submit(job);
  EXPECT_FALSE(queue.wait(job.operation, std::chrono::milliseconds{1}));
  EXPECT_TRUE(queue.wait(OperationId::random(), std::chrono::milliseconds{1}));
}

}  // namespace
}  // namespace strata::wings
