#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/tree/restore/restore_ground_fake.h"
#include "strata/vfs/kernel_fake.h"

namespace strata::tree {
namespace {

/// An ext4 of its own that loses power: what was not synced is gone after the next mount, and the journal is replayed.
/// The fault twin's model of a disk cannot be used here: it gives files new inode numbers, which swaps go by.
class Disk {
 public:
  explicit Disk(std::string directory) : image_(directory + "/image"), mount_point_(directory + "/mounted") {
    std::filesystem::create_directory(mount_point_);
    usable_ = run("truncate -s 16M " + image_) &&
              run("mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 " + image_) && mount();
  }
  ~Disk() { unmount(); }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  bool usable() const { return usable_; }
  const std::string& path() const { return mount_point_; }

  bool cut_power_and_mount_again() {
    constexpr unsigned long kShutdown = _IOR('X', 125, std::uint32_t);  // EXT4_IOC_SHUTDOWN
    std::uint32_t without_flushing = 2;                                 // EXT4_GOING_FLAGS_NOLOGFLUSH
    const int fd = ::open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool cut = fd >= 0 && ::ioctl(fd, kShutdown, &without_flushing) == 0;
    ::close(fd);
    unmount();
    return cut && mount();
  }

 private:
  static bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }
  bool mount() { return run("mount -o loop " + image_ + " " + mount_point_); }
  void unmount() { ::umount2(mount_point_.c_str(), MNT_DETACH); }

  std::string image_;
  std::string mount_point_;
  bool usable_ = false;
};

SampleTree old_tree() {
  SampleTree tree;
  tree.file("both", "old").directory("folder").file("folder/both", "old").file("folder/run.log", "kept");
  tree.directory("old-only").file("old-only/run.log", "kept");
  return tree;
}

SampleTree new_tree() {
  SampleTree tree;
  tree.file("both", "new").directory("folder", 0750).file("folder/both", "new").file("folder/new", "new");
  return tree;
}

class PowerCutTest : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Each, PowerCutTest, testing::Bool(),
                         [](const auto& test) { return test.param ? std::string("replace") : std::string("merge"); });

TEST_P(PowerCutTest, after_a_power_cut_the_live_tree_is_all_old_or_all_new) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root rights to mount a file system of its own";
  constexpr std::size_t kCuts = 16;
  const SwapOptions options{.replace = GetParam(), .ignored = IgnoreRules::parse({"*.log"})};
  const vfs::TemporaryDirectory temporary("/dev/shm");
  Disk disk(temporary.path());
  if (!disk.usable()) GTEST_SKIP() << "this machine cannot make and mount an ext4 image";
  vfs::PosixKernel real;
  vfs::InProcessPrivileged privileged;
  Warnings warnings;
  std::size_t calls = 0;
  Picture after;
  const Picture before = picture_of(old_tree());
  // The first round counts the calls and shows the new tree.
  for (std::size_t cut = 0; cut <= kCuts; ++cut) {
    const std::string server = disk.path() + "/server-" + std::to_string(cut);
    std::filesystem::create_directory(server);
    old_tree().write(server);
    vfs::FaultKernel kernel(real);
    std::size_t at = 0;
    {
      const LiveRoot root = inspect_live_root(kernel, server);
      Staging staging(root, OperationId::random(), {}, privileged, warnings);
      const auto stream = new_tree().stream();
      staging.add_all(*stream, {}, {}, {});
      staging.seal();
      kernel.reset();
      if (cut > 0) at = std::min(1 + cut * calls / kCuts, calls);
      if (cut > 0) kernel.cut_power_at(at);
      try {
        swap_in(root, staging, options);
      } catch (const Error&) {
      }
      if (cut == 0) calls = kernel.calls();
      if (cut == 0) after = picture_of(server);
    }
    ASSERT_TRUE(disk.cut_power_and_mount_again());
    const LiveRoot root = inspect_live_root(real, server);
    recover_swaps(root, privileged, warnings);
    const bool happened = !list_undos(root).empty();
    ASSERT_TRUE(cut > 0 || happened) << "a swap that has returned must last";
    ASSERT_EQ(differences(happened ? after : before, picture_of(server)), "") << "cut at call " << at;
  }
}

}  // namespace
}  // namespace strata::tree
