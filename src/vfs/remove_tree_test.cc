#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::vfs {
namespace {

class RemoveTreeTest : public OnEachFileSystem {
 protected:
  std::size_t names_left() const { return tree_of(temporary().path()).size(); }

  /// A chain of directories far deeper than any path may be, each with a file in it.
  void make_chain(const std::string& top, int depth) {
    ASSERT_EQ(::mkdir(path(top).c_str(), 0755), 0);
    int here = ::open(path(top).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < depth; ++i) {
      ASSERT_EQ(::mkdirat(here, "d", 0755), 0);
      const int file = ::openat(here, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
      ASSERT_GE(file, 0);
      ::close(file);
      const int next = ::openat(here, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
      ::close(here);
      here = next;
      ASSERT_GE(here, 0);
    }
    ::close(here);
  }
};
STRATA_ON_EACH_FILE_SYSTEM(RemoveTreeTest);

TEST_P(RemoveTreeTest, everything_in_it_goes_and_nothing_beside_it) {
  directory().make_directories(at("tree/a/b"));
  directory().make_directories(at("tree/c"));
  write_plain(path("tree/file"), "x");
  write_plain(path("tree/a/b/.hidden"), "x");
  write_plain(path("beside"), "kept");
  ASSERT_EQ(::symlink("../beside", path("tree/link").c_str()), 0);
  ASSERT_EQ(::mkfifo(path("tree/c/fifo").c_str(), 0600), 0);
  directory().remove_tree(at("tree"));
  EXPECT_EQ(tree_of(temporary().path()), (std::map<std::string, std::string>{{"beside", "kept"}}));
}

TEST_P(RemoveTreeTest, a_file_a_link_and_nothing_at_all_are_trees_too) {
  write_plain(path("file"), "x");
  ASSERT_EQ(::symlink("file", path("link").c_str()), 0);
  directory().remove_tree(at("link"));
  directory().remove_tree(at("file"));
  directory().remove_tree(at("absent"));
  directory().remove_tree(at("absent/below/that"));
  EXPECT_EQ(names_left(), 0u);
}

TEST_P(RemoveTreeTest, a_tree_deeper_than_any_path_goes_with_few_descriptors) {
  make_chain("tree", 400);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 128;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_NO_THROW(directory().remove_tree(at("tree")));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(names_left(), 0u);
}

TEST_P(RemoveTreeTest, a_directory_with_many_names_goes_in_one_call) {
  directory().make_directory(at("tree"));
  for (int i = 0; i < 5'000; ++i) write_plain(path("tree/a name to fill the buffer " + std::to_string(i)), "");
  directory().remove_tree(at("tree"));
  EXPECT_EQ(names_left(), 0u);
}

TEST_P(RemoveTreeTest, read_only_and_unreadable_directories_go_for_their_owner) {
  directory().make_directories(at("tree/read-only/below"));
  directory().make_directories(at("tree/closed/below"));
  directory().make_directories(at("tree/write-only"));
  for (const char* file :
       {"tree/read-only/file", "tree/read-only/below/file", "tree/closed/file", "tree/write-only/file"}) {
    write_plain(path(file), "x");
  }
  directory().set_mode(at("tree/read-only/below"), 0555);
  directory().set_mode(at("tree/read-only"), 0555);
  directory().set_mode(at("tree/closed"), 0);
  directory().set_mode(at("tree/write-only"), 0300);
  give_to_plain_user(temporary().path());
  EXPECT_EQ(as_plain_user([&]() -> std::string {
              PosixKernel kernel;
              temporary().open(kernel).remove_tree(at("tree"));
              return {};
            }),
            "");
  EXPECT_EQ(names_left(), 0u);
}

TEST_P(RemoveTreeTest, a_read_only_directory_above_the_tree_is_not_opened_up) {
  directory().make_directories(at("kept/tree"));
  directory().set_mode(at("kept"), 0555);
  give_to_plain_user(temporary().path());
  EXPECT_NE(as_plain_user([&]() -> std::string {
              PosixKernel kernel;
              temporary().open(kernel).remove_tree(at("kept/tree"));
              return {};
            }),
            "");
  EXPECT_EQ(directory().stat(at("kept")).mode, 0555u);
  EXPECT_TRUE(directory().exists(at("kept/tree")));
}

/// Keeps renaming, swapping and rebuilding inside a tree until stopped.
class HostileTenant {
 public:
  explicit HostileTenant(std::string tree)
      : tree_(std::move(tree)), thread_([this](const std::stop_token& stop) {
          for (unsigned i = 0; !stop.stop_requested(); ++i) act(i);
        }) {}

 private:
  /// Never through the link: the tenant has no rights outside and leaves that to us.
  void act(unsigned i) {
    const auto inside = [&](const char* name) { return tree_ + "/" + name; };
    ::renameat2(AT_FDCWD, inside("a").c_str(), AT_FDCWD, inside("link").c_str(), RENAME_EXCHANGE);
    for (const char* name : {"a", "link"}) {
      const int held = ::open(inside(name).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (held < 0) continue;
      ::renameat(held, "b", AT_FDCWD, inside("b").c_str());
      ::renameat(AT_FDCWD, inside("b").c_str(), held, "b");
      if (i % 4 == 0) ::mkdirat(held, "b", 0755);
      ::close(held);
    }
    if (i % 16 == 0) {
      ::mkdir(inside("a").c_str(), 0755);
      [[maybe_unused]] const int linked = ::symlink("../outside", inside("link").c_str());
    }
  }

  std::string tree_;
  std::jthread thread_;
};

TEST_P(RemoveTreeTest, a_hostile_renamer_cannot_lead_the_removal_outside) {
  directory().make_directories(at("outside/a/b"));
  directory().make_directories(at("outside/b"));
  write_plain(path("outside/canary"), "kept");
  write_plain(path("outside/a/canary"), "kept");
  write_plain(path("outside/b/canary"), "kept");
  const auto before = state_of(path("outside"));
  {
    const HostileTenant tenant(path("tree"));
    for (int i = 0; i < 1'500; ++i) {
      try {
        directory().make_directories(at("tree/a/b/c"));
        directory().make_symlink(at("tree/link"), "../outside");
        directory().remove_tree(at("tree"));
      } catch (const Error&) {
        // The tenant may win a round (something is in the way, or the tree keeps changing): outside is what counts.
      }
    }
  }
  directory().remove_tree(at("tree"));
  EXPECT_FALSE(directory().exists(at("tree")));
  EXPECT_EQ(state_of(path("outside")), before);
}

TEST_P(RemoveTreeTest, somebody_who_never_stops_creating_ends_in_an_error_and_not_in_a_hang) {
  // Every rmdir finds the directory full again: what a fast creator achieves, made certain. Call 1 is the unlink that
  // learns that the name is a directory.
  directory().make_directories(at("tree/sub"));
  PosixKernel real;
  FaultKernel kernel(real);
  kernel.fail_call("unlinkat", 2, ENOTEMPTY, FaultKernel::Repeat::kForever);
  EXPECT_EQ(failure_of([&] { temporary().open(kernel).remove_tree(at("tree/sub")); }), ErrorKind::kConflict);
}

TEST_P(RemoveTreeTest, a_failure_at_any_call_is_an_error_and_the_next_try_finishes) {
  for (const int error_number : {EIO, EINTR, EROFS}) {
    for (std::size_t n = 1;; ++n) {
      ASSERT_LT(n, 500u);
      directory().make_directories(at("tree/a/b"));
      write_plain(path("tree/file"), "");
      write_plain(path("tree/a/b/file"), "");
      PosixKernel real;
      FaultKernel kernel(real);
      const Directory failing = temporary().open(kernel);
      kernel.reset();
      kernel.fail_call(n, error_number);
      bool failed = false;
      try {
        failing.remove_tree(at("tree"));
      } catch (const Error& error) {
        failed = true;
        EXPECT_NE(error.message().find(path("tree")), std::string::npos) << error.message();
      }
      EXPECT_TRUE(failed || !directory().exists(at("tree"))) << "call " << n << " failed and nobody noticed";
      directory().remove_tree(at("tree"));
      ASSERT_EQ(names_left(), 0u);
      if (!kernel.fault_happened()) break;
    }
  }
}

}  // namespace
}  // namespace strata::vfs
