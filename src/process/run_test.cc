#include "strata/process/run.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/process/descriptor.h"
#include "strata/process/wait_until_fake.h"

namespace strata::process {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

Spec shell(std::string script) {
  return {.program = "sh", .arguments = {"-c", std::move(script)}};
}

template <class Function>
Error error_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorKind::kInternal, "");
}

bool is_running(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("State:")) return line.find('Z') == std::string::npos;
  }
  return false;
}

/// Nothing that this process started is left, dead or alive.
bool everything_is_reaped() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

TEST(Run, output_errors_and_exit_code_come_back) {
  const auto result = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.signal);
  EXPECT_FALSE(result.succeeded());
  EXPECT_EQ(result.ending(), "exit code 3");
  EXPECT_TRUE(everything_is_reaped());
}

TEST(Run, a_signal_is_told_from_an_exit_code) {
  const auto result = run(shell("kill -9 $$"));
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_FALSE(result.exit_code);
  EXPECT_EQ(result.ending(), "signal 9 (Killed)");
}

TEST(Run, the_environment_holds_what_was_given_and_nothing_else) {
  ::setenv("STRATA_TEST_LEAK", "leaked", 1);
  EXPECT_EQ(run({.program = "env"}).output, "");
  EXPECT_EQ(run({.program = "env", .environment = {{"RESTIC_PASSWORD", Secret("a b=c")}}}).output,
            "RESTIC_PASSWORD=a b=c\n");
  ::unsetenv("STRATA_TEST_LEAK");
}

TEST(Run, no_descriptor_of_ours_is_inherited) {
  const int leak = ::fcntl(0, F_DUPFD, 50);  // without close-on-exec
  ASSERT_GE(leak, 50);
  // 3 is the folder that ls itself reads.
  EXPECT_EQ(run({.program = "ls", .arguments = {"/proc/self/fd"}}).output, "0\n1\n2\n3\n");
  ::close(leak);
}

TEST(Run, a_secret_travels_in_a_passed_descriptor) {
  const auto file = secret_file(Secret("hunter2"), "password");
  auto spec = shell("cat /dev/fd/9; cat <&7; ls /proc/self/fd");
  spec.descriptors = {{file.get(), 7}, {file.get(), 9}};
  EXPECT_EQ(run(spec).output,
            "hunter2hunter2"
            "0\n1\n2\n3\n7\n9\n");
}

TEST(Run, passed_descriptors_may_swap_numbers) {
  const auto first = secret_file(Secret("first"), "a");
  const auto second = secret_file(Secret("second"), "b");
  auto spec = shell("cat /dev/fd/3 /dev/fd/4");
  // Whatever numbers the files have here, none may be overwritten before it is copied.
  spec.descriptors = {{first.get(), 4}, {second.get(), 3}};
  EXPECT_EQ(run(spec).output, "secondfirst");
  EXPECT_EQ(error_of([&] {
              spec.descriptors = {{first.get(), 4}, {second.get(), 4}};
              run(spec);
            }).kind(),
            ErrorKind::kInternal);
}

TEST(Run, signals_are_at_their_defaults_whatever_ours_are) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const auto result = run(shell("grep -E 'Sig(Blk|Ign)' /proc/self/status"));
  std::signal(SIGPIPE, before);
  EXPECT_EQ(result.output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Run, it_starts_in_its_own_group_without_core_dumps_or_new_privileges) {
  auto spec = shell(
      "ulimit -c; ulimit -n; umask; pwd; grep NoNewPrivs /proc/self/status; cut -d' ' -f5 /proc/$$/stat; echo $$");
  spec.open_files = 123;
  std::vector<std::string> lines;
  run(spec, {.on_line = [&](std::string_view line) { lines.emplace_back(line); }});
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0], "0");
  EXPECT_EQ(lines[1], "123");
  EXPECT_EQ(lines[2], "0077");
  EXPECT_EQ(lines[3], "/");
  EXPECT_EQ(lines[4], "NoNewPrivs:\t1");
  EXPECT_EQ(lines[5], lines[6]) << "the process leads its group";
}

TEST(Run, it_starts_in_the_given_directory) {
  const Descriptor directory(::open("/usr/share", O_PATH | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(run({.program = "pwd", .directory = directory.get()}).output, "/usr/share\n");
}

TEST(Run, it_can_run_as_another_user_without_any_group_of_ours) {
  if (::geteuid() != 0) GTEST_SKIP() << "changing the user needs root";
  auto spec = shell("id -u; id -g; id -G");
  spec.identity = Identity{65534, 65534};
  EXPECT_EQ(run(spec).output, "65534\n65534\n65534\n");
}

TEST(Run, standard_input_is_what_was_given_or_empty) {
  EXPECT_EQ(run({.program = "cat"}).output, "");
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\n";
  EXPECT_EQ(run({.program = "cat"}, {.input = text}).output, text);
  EXPECT_EQ(run({.program = "true"}, {.input = text}).exit_code, 0) << "not reading it is no error";
}

TEST(Run, ten_mebibytes_on_both_pipes_do_not_block) {
  constexpr std::size_t kSize = 10 * 1024 * 1024;
  const auto result = run(shell("head -c 10485760 /dev/zero & head -c 10485760 /dev/zero >&2; wait"),
                          {.maximum_output = kSize, .kept_errors = 1000});
  EXPECT_EQ(result.output.size(), kSize);
  EXPECT_EQ(result.errors.size(), 1000U);
  EXPECT_EQ(result.dropped_error_bytes, kSize - 1000);
}

TEST(Run, too_much_output_is_an_error_not_a_cut_text) {
  const auto error = error_of([] { run(shell("head -c 100000 /dev/zero; sleep 1000"), {.maximum_output = 99'999}); });
  EXPECT_EQ(error.kind(), ErrorKind::kTooLarge);
  EXPECT_TRUE(everything_is_reaped());
}

TEST(Run, lines_come_as_they_are_written) {
  std::vector<std::string> lines;
  std::vector<std::string> errors;
  const auto result = run(shell("echo a; echo; printf 'last'; echo e1 >&2"),
                          {.on_line = [&](std::string_view line) { lines.emplace_back(line); },
                           .on_error_line = [&](std::string_view line) { errors.emplace_back(line); }});
  EXPECT_THAT(lines, ElementsAre("a", "", "last"));
  EXPECT_THAT(errors, ElementsAre("e1"));
  EXPECT_EQ(result.errors, "e1\n");
  EXPECT_EQ(result.output, "");
}

TEST(Run, a_line_longer_than_allowed_is_an_error) {
  const auto lines = [](std::string_view) {};
  EXPECT_EQ(run(shell("head -c 1000 /dev/zero"), {.on_line = lines, .maximum_line = 1000}).exit_code, 0);
  EXPECT_EQ(error_of([&] { run(shell("head -c 1001 /dev/zero"), {.on_line = lines, .maximum_line = 1000}); }).kind(),
            ErrorKind::kTooLarge);
}

TEST(Run, bytes_can_be_streamed) {
  std::size_t total = 0;
  run(shell("head -c 3000000 /dev/zero"), {.on_bytes = [&](auto bytes) { total += bytes.size(); }});
  EXPECT_EQ(total, 3'000'000U);
}

TEST(Run, cancelling_ends_the_whole_group_and_leaves_no_zombie) {
  std::stop_source stop;
  int grandchild = 0;
  const auto error = error_of([&] {
    run(shell("sleep 1000 & echo $!; wait"), {.on_line =
                                                  [&](std::string_view line) {
                                                    grandchild = std::stoi(std::string(line));
                                                    stop.request_stop();
                                                  },
                                              .stop = stop.get_token()});
  });
  EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
  EXPECT_TRUE(everything_is_reaped());
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(wait_until([&] { return !is_running(grandchild); }));
}

TEST(Run, a_stop_requested_before_the_start_counts) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(error_of([&] { run({.program = "sleep", .arguments = {"1000"}}, {.stop = stop.get_token()}); }).kind(),
            ErrorKind::kCancelled);
}

TEST(Run, a_program_that_takes_too_long_is_asked_and_then_killed) {
  const auto polite = error_of([] { run({.program = "sleep", .arguments = {"1000"}}, {.timeout = milliseconds(20)}); });
  EXPECT_EQ(polite.kind(), ErrorKind::kTimeout);
  EXPECT_THAT(polite.message(), HasSubstr("'sleep'"));
  const auto stubborn = error_of([] {
    run(shell("trap '' TERM; while :; do sleep 1000; done"), {.timeout = milliseconds(20), .grace = milliseconds(20)});
  });
  EXPECT_EQ(stubborn.kind(), ErrorKind::kTimeout);
  EXPECT_TRUE(everything_is_reaped());
}

TEST(Run, a_callback_that_throws_ends_the_program) {
  const auto error = error_of([] {
    run(shell("echo x; sleep 1000"), {.on_line = [](std::string_view) { throw Error(ErrorKind::kCorrupt, "mine"); }});
  });
  EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  EXPECT_TRUE(everything_is_reaped());
}

TEST(Run, what_a_program_leaves_behind_in_its_group_is_killed) {
  const auto result = run(shell("sleep 1000 & echo $!"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(wait_until([&] { return !is_running(std::stoi(result.output)); }));
}

TEST(Run, what_cannot_be_started_says_why) {
  EXPECT_THAT(error_of([] { run({.program = "no-such-program"}); }).message(), HasSubstr("/usr/bin"));
  EXPECT_EQ(error_of([] { run({.program = "no-such-program"}); }).kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([] { run({.program = "/etc/passwd"}); }).kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([] { run({.program = "./sh"}); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([] { run({.program = "../bin/sh"}); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([] { run({.program = ""}); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([] { run(shell(std::string("a\0b", 3))); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([] { run({.program = "env", .environment = {{"A=B", Secret("x")}}}); }).kind(),
            ErrorKind::kInvalid);

  const auto script = std::filesystem::temp_directory_path() / ("strata-script-" + std::to_string(::getpid()));
  std::ofstream(script) << "#!/no/such/interpreter\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const auto error = error_of([&] { run({.program = script.string()}); });
  std::filesystem::remove(script);
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.message(), HasSubstr("executing it"));
  EXPECT_TRUE(everything_is_reaped());
}

TEST(Run, many_at_once_from_many_threads) {
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 10; ++j) {
        const auto text = std::to_string(i * 100 + j);
        if (run({.program = "echo", .arguments = {text}}).output == text + "\n") ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace strata::process
