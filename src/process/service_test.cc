#include "strata/process/service.h"

#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/process/wait_until_fake.h"

namespace strata::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Spec shell(std::string script) {
  return {.program = "sh", .arguments = {"-c", std::move(script)}};
}

Spec sleeper() {
  return {.program = "sleep", .arguments = {"1000"}};
}

/// Collects lines and lets a test wait for them.
class Lines {
 public:
  std::function<void(std::string_view)> callback() {
    return [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
      changed_.notify_all();
    };
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(20), [&] { return lines_.size() >= count; });
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

TEST(Service, it_runs_until_it_is_terminated) {
  const auto service = Service::start(sleeper());
  EXPECT_TRUE(service->running());
  EXPECT_FALSE(service->exit_status());
  EXPECT_FALSE(service->wait(milliseconds(1)));
  service->terminate(seconds(20));
  EXPECT_FALSE(service->running());
  EXPECT_EQ(service->exit_status(), 128 + SIGTERM);
  EXPECT_NO_THROW(service->terminate(seconds(20))) << "twice is no error";
}

TEST(Service, it_ends_by_itself) {
  const auto service = Service::start(shell("exit 7"));
  EXPECT_TRUE(service->wait(seconds(20)));
  EXPECT_EQ(service->exit_status(), 7);
}

TEST(Service, it_survives_the_thread_that_started_it) {
  std::unique_ptr<Service> service;
  std::thread([&] { service = Service::start(sleeper()); }).join();
  // A signal from the end of that thread would have arrived before the thread could be joined.
  EXPECT_FALSE(service->wait(milliseconds(50)));
  EXPECT_TRUE(service->running());
}

TEST(Service, its_lines_arrive) {
  Lines lines;
  const auto service = Service::start(shell("echo one; echo two >&2; exec sleep 1000"), {.on_line = lines.callback()});
  EXPECT_EQ(lines.wait_for(2), (std::vector<std::string>{"one", "two"}));
}

TEST(Service, another_signal_can_ask_it_to_stop) {
  Lines lines;
  const auto service = Service::start(shell("trap 'exit 5' INT; echo ready; while :; do sleep 0.01; done"),
                                      {.on_line = lines.callback()});
  ASSERT_EQ(lines.wait_for(1).size(), 1U);
  service->terminate(seconds(20), SIGINT);
  EXPECT_EQ(service->exit_status(), 5);
}

TEST(Service, one_that_ignores_the_signal_is_killed) {
  Lines lines;
  const auto service =
      Service::start(shell("trap '' TERM; echo ready; while :; do sleep 1000; done"), {.on_line = lines.callback()});
  ASSERT_EQ(lines.wait_for(1).size(), 1U);
  service->terminate(milliseconds(20));
  EXPECT_EQ(service->exit_status(), 128 + SIGKILL);
}

TEST(Service, terminating_waits_until_what_it_had_started_has_saved_its_work) {
  Lines lines;
  // The outer shell ends at once; the inner one needs a moment, and writes to the pipe meanwhile.
  const auto service = Service::start(shell("sh -c 'trap \"sleep 0.2; echo saving; echo saved; exit\" TERM; echo "
                                            "ready; while :; do sleep 0.01; done' & wait"),
                                      {.on_line = lines.callback()});
  ASSERT_EQ(lines.wait_for(1).size(), 1U);
  service->terminate(seconds(20));
  EXPECT_THAT(lines.wait_for(0), testing::Contains("saved"));
}

TEST(Service, dropping_it_ends_a_child_that_dies_with_the_daemon) {
  ServiceHandle handle;
  {
    const auto service = Service::start(sleeper());
    handle = service->handle();
  }
  EXPECT_EQ(Service::attach(handle), nullptr);
}

TEST(Service, a_program_that_is_not_there_is_reported_at_the_start) {
  EXPECT_THROW(Service::start({.program = "no-such-program"}), Error);
}

TEST(Service, output_of_a_survivor_cannot_come_to_us) {
  EXPECT_THROW(Service::start(sleeper(), {.dies_with_daemon = false, .on_line = [](std::string_view) {}}), Error);
}

/// Starts a service in a process of its own, as the daemon would, kills that process and tells what it had started.
ServiceHandle start_in_a_daemon_that_is_killed(bool dies_with_daemon) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t daemon = ::fork();
  if (daemon == 0) {
    const auto service = Service::start(sleeper(), {.dies_with_daemon = dies_with_daemon});
    const auto handle = service->handle();
    const bool told = ::write(ends[1], &handle.pid, sizeof(handle.pid)) == sizeof(handle.pid) &&
                      ::write(ends[1], &handle.start_ticks, sizeof(handle.start_ticks)) == sizeof(handle.start_ticks);
    if (!told) ::_exit(1);
    while (true) ::pause();
  }
  ServiceHandle handle;
  EXPECT_EQ(::read(ends[0], &handle.pid, sizeof(handle.pid)), static_cast<ssize_t>(sizeof(handle.pid)));
  EXPECT_EQ(::read(ends[0], &handle.start_ticks, sizeof(handle.start_ticks)),
            static_cast<ssize_t>(sizeof(handle.start_ticks)));
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), handle.boot_id);
  ::kill(daemon, SIGKILL);
  EXPECT_EQ(::waitpid(daemon, nullptr, 0), daemon);
  ::close(ends[0]);
  ::close(ends[1]);
  return handle;
}

TEST(Service, a_killed_daemon_takes_its_child_along) {
  const auto handle = start_in_a_daemon_that_is_killed(true);
  EXPECT_TRUE(wait_until([&] {
    const auto service = Service::attach(handle);
    return service == nullptr || service->wait(milliseconds(10));
  }));
}

TEST(Service, a_child_that_outlives_a_killed_daemon_is_found_and_stopped) {
  const auto handle = start_in_a_daemon_that_is_killed(false);
  const auto service = Service::attach(handle);
  ASSERT_NE(service, nullptr);
  EXPECT_TRUE(service->running());
  service->terminate(seconds(20));
  EXPECT_FALSE(service->running());
  EXPECT_FALSE(service->exit_status()) << "only its parent learns that";
  EXPECT_EQ(Service::attach(handle), nullptr);
}

TEST(Service, another_process_with_the_same_number_is_not_taken_for_it) {
  const auto service = Service::start(sleeper());
  auto handle = service->handle();
  EXPECT_NE(Service::attach(handle), nullptr);
  ++handle.start_ticks;
  EXPECT_EQ(Service::attach(handle), nullptr);
  handle = service->handle();
  handle.boot_id = "another start of the machine";
  EXPECT_EQ(Service::attach(handle), nullptr);
  EXPECT_EQ(Service::attach({}), nullptr);
}

}  // namespace
}  // namespace strata::process
