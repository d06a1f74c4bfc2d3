#include <array>
#include <chrono>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/tree/restore/restore_ground_fake.h"

namespace strata::tree {
namespace {

/// Large enough that a swap takes some milliseconds.
SampleTree tree_of_folders(std::string_view content) {
  SampleTree tree;
  for (int folder = 10; folder < 30; ++folder) {
    const std::string path = "folder-" + std::to_string(folder);
    tree.directory(path);
    for (int file = 0; file < 5; ++file) tree.file(path + "/" + std::to_string(file), content);
    tree.file(path + "/run.log", "ignored");
  }
  return tree;
}

struct Kill {
  const char* name;
  SwapKind swap;
  bool replace;
};

class KillTest : public testing::TestWithParam<Kill> {};

INSTANTIATE_TEST_SUITE_P(Each, KillTest,
                         testing::Values(Kill{"exchange", SwapKind::kExchange, true},
                                         Kill{"contents", SwapKind::kContents, true},
                                         Kill{"merge", SwapKind::kExchange, false}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(KillTest, a_process_killed_in_the_middle_of_a_swap_leaves_all_old_or_all_new) {
  constexpr int kKills = 30;
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const SampleTree old_tree = tree_of_folders("old content");
  const SampleTree new_tree = tree_of_folders("new");
  const SwapOptions options{.replace = GetParam().replace, .ignored = IgnoreRules::parse({"/never"})};
  const Picture before = picture_of(old_tree);
  const Picture after = picture_of(new_tree);
  auto longest = std::chrono::microseconds(20'000);
  for (int kill = 0; kill < kKills; ++kill) {
    RestoreGround ground(GetParam().swap);
    ground.begin_with(old_tree);
    const LiveRoot root = ground.root();
    const auto staging = ground.stage(root, new_tree);
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        swap_in(root, *staging, options);
      } catch (const std::exception&) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<std::uint64_t>(longest.count())));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {  // too late: it was done before
      ASSERT_EQ(WEXITSTATUS(status), 0);
      longest = std::max(std::chrono::microseconds(500),
                         std::min(longest, std::chrono::duration_cast<std::chrono::microseconds>(
                                               std::chrono::steady_clock::now() - started)));
    }
    ground.recover();
    const bool happened = !list_undos(root).empty();
    ASSERT_EQ(differences(happened ? after : before, ground.live()), "") << "kill " << kill;
  }
}

}  // namespace
}  // namespace strata::tree
