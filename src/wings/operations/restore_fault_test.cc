#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/vfs/plain_files_fake.h"
#include "strata/wings/node_fake.h"

namespace strata::wings {
namespace {

using vfs::write_plain;

/// A restore during which the file system fails, seen from outside: what the Panel hears is what is on disk.
class RestoreFaultTest : public testing::Test {
 protected:
  RestoreFaultTest() {
    server = node.add_server("survival");
    node.runtime(server).set_running(true);
    make_old_tree();
    node.start();
    backup = node.backed_up(server);
    restored = vfs::tree_of(node.path_of(server));
    make_new_tree();
    before = vfs::tree_of(node.path_of(server));
  }

  void make_old_tree() {
    std::filesystem::create_directories(node.path_of(server) + "/world");
    write_plain(node.path_of(server) + "/world/level.dat", "good");
    write_plain(node.path_of(server) + "/server.jar", "code");
    std::filesystem::create_symlink("world/level.dat", node.path_of(server) + "/link");
  }

  void make_new_tree() {
    std::filesystem::remove_all(node.path_of(server));
    std::filesystem::create_directories(node.path_of(server) + "/world");
    write_plain(node.path_of(server) + "/world/level.dat", "broken");
    write_plain(node.path_of(server) + "/extra", "extra");
  }

  /// As before any restore: the areas of earlier ones would be looked at, and each round would be longer.
  void start_over() {
    node.kernel.reset();
    std::error_code ignored;  // the daemon may be emptying it too
    std::filesystem::remove_all(node.directory.path("volumes/.strata-restore"), ignored);
    make_new_tree();
  }

  /// True, false, or nothing when the command was refused.
  std::optional<bool> restore() {
    try {
      const auto accepted = node.wings().operations().restore_backup(server, backup, node.restore_command(), {});
      const bool successful = node.report_of(accepted.operation).at("successful").as_bool();
      node.wings().jobs().wait(accepted.operation, std::chrono::seconds{20});
      return successful;
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  NodeFake node;
  ServerId server;
  BackupId backup;
  std::map<std::string, std::string> restored;
  std::map<std::string, std::string> before;
};

TEST_F(RestoreFaultTest, whichever_call_fails_the_panel_hears_what_is_on_disk) {
  std::size_t refused = 0;
  std::size_t failed = 0;
  for (std::size_t n = 1;; ++n) {
    start_over();
    node.kernel.fail_call(n, EIO);
    const auto result = restore();
    if (!result) ++refused;
    if (result == false) ++failed;
    const auto live = vfs::tree_of(node.path_of(server));
    ASSERT_EQ(live, result.value_or(false) ? restored : before) << "call " << n;
    ASSERT_TRUE(node.runtime(server).is_running()) << "call " << n;
    if (!node.kernel.fault_happened()) break;
  }
  EXPECT_GT(refused, 10u);
  EXPECT_GT(failed, 100u);
}

TEST_F(RestoreFaultTest, when_the_disk_stays_broken_the_next_start_makes_it_whole) {
  for (std::size_t n = 1;; n += 7) {
    start_over();
    node.kernel.fail_call(n, EIO, vfs::FaultKernel::Repeat::kForever);
    restore();
    const bool was_broken = node.kernel.fault_happened();
    node.kernel.reset();
    node.stop();
    node.start();
    const auto live = vfs::tree_of(node.path_of(server));
    ASSERT_TRUE(live == restored || live == before) << "from call " << n;
    if (!was_broken) break;
  }
}

}  // namespace
}  // namespace strata::wings
