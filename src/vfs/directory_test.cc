#include "strata/vfs/directory.h"

#include <algorithm>
#include <limits>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/real_path.h"

namespace strata::vfs {
namespace {

using Tree = std::map<std::string, std::string>;

class DirectoryTest : public OnEachFileSystem {};
STRATA_ON_EACH_FILE_SYSTEM(DirectoryTest);

TEST_P(DirectoryTest, a_configured_path_is_opened_and_a_missing_one_is_named) {
  PosixKernel kernel;
  EXPECT_TRUE(Directory::open_trusted(kernel, temporary().path()));
  try {
    Directory::open_trusted(kernel, path("missing"));
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(error.message().find(path("missing")), std::string::npos) << error.message();
  }
}

TEST_P(DirectoryTest, a_configured_path_must_be_absolute) {
  PosixKernel kernel;
  for (const std::string& bad : {std::string(), std::string("data"), std::string("./data"), std::string("/\0x", 3)}) {
    EXPECT_EQ(failure_of([&] { Directory::open_trusted(kernel, bad); }), ErrorKind::kInvalid);
    EXPECT_EQ(failure_of([&] { Directory::create_trusted(kernel, bad); }), ErrorKind::kInvalid);
  }
}

TEST_P(DirectoryTest, a_configured_path_is_made_for_its_owner_only_and_may_lead_through_links) {
  PosixKernel kernel;
  ASSERT_EQ(::mkdir(path("disk").c_str(), 0755), 0);
  ASSERT_EQ(::symlink("disk", path("data").c_str()), 0);
  for (int twice = 0; twice < 2; ++twice) {
    const auto made = Directory::create_trusted(kernel, path("data//volumes/one/"));
    write_plain(path("disk/volumes/one/proof"), "here");
    EXPECT_TRUE(made.exists(at("proof")));
  }
  EXPECT_EQ(directory().stat(at("disk/volumes")).mode, 0700u);
  EXPECT_EQ(directory().stat(at("disk/volumes/one")).mode, 0700u);
  EXPECT_EQ(directory().stat(at("disk")).mode, 0755u);
}

TEST_P(DirectoryTest, a_file_is_created_once) {
  directory().create_file(at("lock")).write(as_bytes("mine"));
  EXPECT_EQ(directory().stat(at("lock")).mode, 0600u);
  EXPECT_EQ(failure_of([&] { directory().create_file(at("lock")); }), ErrorKind::kConflict);
  directory().open_or_create_file(at("lock")).write_at(4, as_bytes(" still"));
  directory().open_or_create_file(at("other"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"lock", "mine still"}, {"other", ""}}));
}

TEST_P(DirectoryTest, an_unnamed_file_can_be_used_and_leaves_nothing_behind) {
  File file = directory().create_unnamed();
  file.write(as_bytes("spill"));
  std::array<std::uint8_t, 5> back{};
  EXPECT_EQ(file.read_at(0, back), 5u);
  EXPECT_EQ(as_text(back), "spill");
  EXPECT_TRUE(tree_of(temporary().path()).empty());
}

TEST_P(DirectoryTest, an_unnamed_file_works_where_the_file_system_has_none) {
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory directory = temporary().open(kernel);
  kernel.reset();
  kernel.fail_call("openat2", 1, EOPNOTSUPP);
  File file = directory.create_unnamed();
  file.write(as_bytes("spill"));
  EXPECT_TRUE(kernel.fault_happened());
  EXPECT_EQ(file.stat().size, 5u);
  EXPECT_TRUE(tree_of(temporary().path()).empty());
}

TEST_P(DirectoryTest, every_type_is_told_without_following_links) {
  write_plain(path("file"), "12345");
  ASSERT_EQ(::symlink("file", path("link").c_str()), 0);
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = path("socket");
  ASSERT_LT(socket_path.size(), sizeof address.sun_path);
  std::copy(socket_path.begin(), socket_path.end(), address.sun_path);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(socket);

  EXPECT_EQ(directory().stat(at("file")).type, Type::kRegular);
  EXPECT_EQ(directory().stat(at("file")).size, 5u);
  EXPECT_EQ(directory().stat(at("link")).type, Type::kSymlink);
  EXPECT_EQ(directory().stat(at("fifo")).type, Type::kFifo);
  EXPECT_EQ(directory().stat(at("socket")).type, Type::kSocket);
  EXPECT_EQ(directory().stat({}).type, Type::kDirectory);
  for (const auto& [name, type] : directory().list()) {
    if (type) {
      EXPECT_EQ(*type, directory().stat(at(name)).type) << name;
    }
  }
}

TEST_P(DirectoryTest, what_is_absent_is_found_absent_and_not_an_error) {
  write_plain(path("file"), "");
  EXPECT_FALSE(directory().exists(at("nothing")));
  EXPECT_FALSE(directory().exists(at("nothing/below")));
  EXPECT_FALSE(directory().exists(at("file/below")));
  EXPECT_FALSE(directory().exists(at("file/below/that")));
  EXPECT_TRUE(directory().exists(at("file")));
  EXPECT_TRUE(directory().exists({}));
  EXPECT_EQ(failure_of([&] { directory().stat(at("nothing")); }), ErrorKind::kNotFound);
  EXPECT_EQ(failure_of([&] { directory().open_file(at("nothing")); }), ErrorKind::kNotFound);
}

TEST_P(DirectoryTest, all_names_are_listed_even_when_the_kernel_gives_them_piecemeal) {
  std::vector<std::string> expected;
  for (int i = 0; i < 600; ++i) {
    expected.push_back("name with a few more letters " + std::to_string(i) + "\xff");
    write_plain(path(expected.back()), "");
  }
  std::sort(expected.begin(), expected.end());
  PosixKernel real;
  FaultKernel kernel(real);
  kernel.limit_transfers(1);
  std::vector<std::string> listed;
  for (const auto& entry : temporary().open(kernel).list()) listed.push_back(entry.name);
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(listed, expected);
  EXPECT_GT(kernel.calls_of("getdents64"), 50u);
}

TEST_P(DirectoryTest, a_listing_stops_at_its_limit) {
  for (const char* name : {"a", "b", "c"}) write_plain(path(name), "");
  EXPECT_EQ(directory().list({}, 3).size(), 3u);
  EXPECT_EQ(failure_of([&] { directory().list({}, 2); }), ErrorKind::kTooLarge);
}

TEST_P(DirectoryTest, threads_that_list_one_directory_all_see_everything) {
  for (int i = 0; i < 500; ++i) write_plain(path(std::to_string(i)), "");
  PosixKernel real;
  FaultKernel kernel(real);
  kernel.limit_transfers(300);  // some ten names a call: a position that is shared would be moved by the others
  const Directory shared = temporary().open(kernel);
  std::vector<std::size_t> counts(4);
  {
    std::vector<std::jthread> threads;
    for (auto& count : counts) {
      threads.emplace_back([&] {
        count = 500;
        for (int i = 0; i < 20; ++i) count = std::min(count, shared.list().size());
      });
    }
  }
  EXPECT_EQ(counts, std::vector<std::size_t>(4, 500));
}

TEST_P(DirectoryTest, link_targets_are_kept_to_the_byte) {
  for (const std::string target : {"../x", "/etc/passwd", "./a//b/", "\xff\xfe", ".."}) {
    directory().make_symlink(at("link"), target);
    EXPECT_EQ(directory().read_link(at("link")), target);
    directory().remove_file(at("link"));
  }
  for (const std::string& bad : {std::string(), std::string("a\0b", 3), std::string(4096, 'x')}) {
    EXPECT_EQ(failure_of([&] { directory().make_symlink(at("link"), bad); }), ErrorKind::kInvalid);
  }
}

TEST_P(DirectoryTest, hard_links_are_the_same_object) {
  write_plain(path("one"), "x");
  directory().make_directory(at("below"));
  directory().make_hard_link(at("one"), at("below/two"));
  EXPECT_TRUE(directory().stat(at("one")).same_object(directory().stat(at("below/two"))));
  EXPECT_EQ(directory().stat(at("one")).links, 2u);
}

TEST_P(DirectoryTest, directories_are_made_down_to_the_last_and_existing_ones_are_kept) {
  directory().make_directory(at("a"), 0750);
  directory().make_directories(at("a/b/c"));
  directory().make_directories(at("a/b/c"));
  EXPECT_EQ(directory().stat(at("a")).mode, 0750u);
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"a/", ""}, {"a/b/", ""}, {"a/b/c/", ""}}));
  write_plain(path("file"), "");
  EXPECT_THROW(directory().make_directories(at("file/below")), Error);
}

TEST_P(DirectoryTest, a_rename_replaces_and_one_that_may_not_replace_refuses) {
  write_plain(path("a"), "A");
  write_plain(path("b"), "B");
  EXPECT_EQ(failure_of([&] { directory().rename_no_replace(at("a"), directory(), at("b")); }), ErrorKind::kConflict);
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"a", "A"}, {"b", "B"}}));
  directory().rename(at("a"), directory(), at("b"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"b", "A"}}));
  const auto elsewhere = another();
  directory().rename_no_replace(at("b"), elsewhere->directory(), at("c"));
  EXPECT_EQ(tree_of(elsewhere->path()), (Tree{{"c", "A"}}));
}

/// A kernel on a file system that does not know RENAME_NOREPLACE (ZFS before 2.2).
class WithoutNoReplace : public OnEachFileSystem {
 protected:
  void rename_no_replace(std::string_view from, std::string_view to) {
    FaultKernel kernel(real_);
    const Directory directory = temporary().open(kernel);
    kernel.reset();
    kernel.fail_call("renameat2", 1, EINVAL);
    directory.rename_no_replace(at(from), directory, at(to));
    EXPECT_TRUE(kernel.fault_happened());
  }
  PosixKernel real_;
};
STRATA_ON_EACH_FILE_SYSTEM(WithoutNoReplace);

TEST_P(WithoutNoReplace, files_and_directories_are_still_renamed) {
  write_plain(path("a"), "A");
  ::mkdir(path("d").c_str(), 0750);
  write_plain(path("d/x"), "X");
  rename_no_replace("a", "b");
  rename_no_replace("d", "e");
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"b", "A"}, {"e/", ""}, {"e/x", "X"}}));
  EXPECT_EQ(directory().stat(at("e")).mode, 0750u);
}

TEST_P(WithoutNoReplace, nothing_is_ever_replaced) {
  write_plain(path("a"), "A");
  write_plain(path("b"), "B");
  ::mkdir(path("d").c_str(), 0700);
  ::mkdir(path("empty").c_str(), 0700);
  const auto before = tree_of(temporary().path());
  for (const auto& [from, to] :
       {std::pair("a", "b"), std::pair("a", "empty"), std::pair("d", "empty"), std::pair("d", "b")}) {
    EXPECT_EQ(failure_of([&] { rename_no_replace(from, to); }), ErrorKind::kConflict) << from << " " << to;
    EXPECT_EQ(tree_of(temporary().path()), before);
  }
}

TEST_P(WithoutNoReplace, a_directory_that_cannot_be_renamed_leaves_nothing_behind) {
  ::mkdir(path("d").c_str(), 0700);
  EXPECT_THROW(rename_no_replace("d", "d/inside"), Error);
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"d/", ""}}));
}

TEST_P(DirectoryTest, an_exchange_swaps_two_trees_of_any_kind) {
  directory().make_directories(at("live/world"));
  directory().make_directory(at("staged"));
  write_plain(path("live/world/level.dat"), "old");
  write_plain(path("staged/level.dat"), "new");
  directory().exchange(at("live"), directory(), at("staged"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"live/", ""},
                                               {"live/level.dat", "new"},
                                               {"staged/", ""},
                                               {"staged/world/", ""},
                                               {"staged/world/level.dat", "old"}}));
  directory().exchange(at("live/level.dat"), directory(), at("staged/world"));
  EXPECT_EQ(directory().stat(at("live/level.dat")).type, Type::kDirectory);
  EXPECT_EQ(failure_of([&] { directory().exchange(at("live"), directory(), at("missing")); }), ErrorKind::kNotFound);
}

TEST_P(DirectoryTest, times_go_to_the_nanosecond_and_before_the_epoch) {
  write_plain(path("file"), "");
  for (const std::int64_t time : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'790'000'000'123'456'789},
                                  std::int64_t{-1'000'000'000}, std::int64_t{-1'500'000'001}}) {
    directory().set_mtime(at("file"), time);
    EXPECT_EQ(directory().stat(at("file")).mtime_ns, time);
    directory().set_mtime({}, time);
    EXPECT_EQ(directory().stat({}).mtime_ns, time);
  }
}

TEST_P(DirectoryTest, a_link_has_its_own_time_and_no_mode) {
  write_plain(path("file"), "");
  directory().set_mode(at("file"), 0640);
  directory().set_mtime(at("file"), 5'000'000'000);
  ASSERT_EQ(::symlink("file", path("link").c_str()), 0);
  directory().set_mtime(at("link"), 7'000'000'000);
  EXPECT_EQ(directory().stat(at("link")).mtime_ns, 7'000'000'000);
  EXPECT_EQ(directory().stat(at("file")).mtime_ns, 5'000'000'000);
  EXPECT_EQ(failure_of([&] { directory().set_mode(at("link"), 0777); }), ErrorKind::kInvalid);
  EXPECT_EQ(directory().stat(at("file")).mode, 0640u);
}

TEST_P(DirectoryTest, modes_are_set_on_what_cannot_be_opened) {
  write_plain(path("file"), "secret");
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir(path("dir").c_str(), 0700), 0);
  give_to_plain_user(temporary().path());
  EXPECT_EQ(as_plain_user([&]() -> std::string {
              PosixKernel kernel;
              const Directory directory = temporary().open(kernel);
              for (const char* name : {"file", "fifo", "dir"}) {
                directory.set_mode(at(name), 0);
                if (directory.stat(at(name)).mode != 0) return "mode 0 was not set";
                directory.set_mode(at(name), 04711);
                if (directory.stat(at(name)).mode != 04711) return "mode 04711 was not set";
              }
              return {};
            }),
            "");
}

TEST_P(DirectoryTest, an_unreadable_file_is_an_error_that_names_it_for_a_plain_user) {
  write_plain(path("file"), "secret");
  directory().set_mode(at("file"), 0);
  give_to_plain_user(temporary().path());
  const auto message = as_plain_user([&]() -> std::string {
    PosixKernel kernel;
    temporary().open(kernel).open_file(at("file"));
    return "opened";
  });
  EXPECT_NE(message.find(path("file")), std::string::npos) << message;
  EXPECT_NE(message.find("Permission denied"), std::string::npos) << message;
}

TEST_P(DirectoryTest, owners_are_set_on_links_themselves) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may change owners";
  write_plain(path("file"), "");
  ASSERT_EQ(::symlink("file", path("link").c_str()), 0);
  directory().set_owner(at("link"), 1234, 5678);
  EXPECT_EQ(directory().stat(at("link")).uid, 1234u);
  EXPECT_EQ(directory().stat(at("link")).gid, 5678u);
  EXPECT_EQ(directory().stat(at("file")).uid, 0u);
  directory().set_owner({}, 1, 2);
  EXPECT_EQ(directory().stat({}).gid, 2u);
}

TEST_P(DirectoryTest, a_fifo_where_a_file_was_expected_does_not_hang) {
  ASSERT_EQ(::mkfifo(path("level.dat").c_str(), 0600), 0);
  File file = directory().open_file(at("level.dat"));
  EXPECT_EQ(file.stat().type, Type::kFifo);
  std::array<std::uint8_t, 1> byte{};
  EXPECT_EQ(file.read(byte), 0u);
  EXPECT_EQ(directory().open_or_create_file(at("level.dat")).stat().type, Type::kFifo);
}

TEST_P(DirectoryTest, a_moved_directory_is_still_the_one_we_hold) {
  directory().make_directory(at("before"));
  const Directory held = directory().open_directory(at("before"));
  directory().rename(at("before"), directory(), at("after"));
  held.create_file(at("file"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"after/", ""}, {"after/file", ""}}));
}

TEST_P(DirectoryTest, the_place_of_a_held_directory_is_told_wherever_it_was_moved) {
  directory().make_directories(at("a/odd (deleted)"));
  const Directory held = directory().open_directory(at("a/odd (deleted)"));
  EXPECT_EQ(real_path(held), path("a/odd (deleted)"));
  directory().rename(at("a"), directory(), at("b"));
  EXPECT_EQ(real_path(held), path("b/odd (deleted)"));
  directory().remove_tree(at("b"));
  EXPECT_EQ(failure_of([&] { real_path(held); }), ErrorKind::kNotFound);
}

TEST_P(DirectoryTest, the_space_of_the_file_system_is_told) {
  const auto space = directory().space();
  EXPECT_GT(space.total, 0u);
  EXPECT_LE(space.available, space.total);
}

TEST_P(DirectoryTest, the_directory_itself_is_no_place_to_create_or_remove) {
  for (const auto& act : std::vector<std::function<void()>>{
           [&] { directory().create_file({}); }, [&] { directory().make_directory({}); },
           [&] { directory().remove_file({}); }, [&] { directory().remove_directory({}); },
           [&] { directory().remove_tree({}); }, [&] { directory().rename({}, directory(), at("x")); },
           [&] { directory().make_symlink({}, "x"); }, [&] { directory().read_link({}); }}) {
    EXPECT_EQ(failure_of(act), ErrorKind::kInvalid);
  }
}

TEST_P(DirectoryTest, an_error_shows_a_hostile_name_without_its_control_characters) {
  try {
    directory().open_file(at("evil\nlog line\x1b[31m\xff"));
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.message().find_first_of("\n\x1b\xff"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("evil?log line?[31m"), std::string::npos) << error.message();
  }
}

TEST_P(DirectoryTest, a_system_without_openat2_is_told_so_in_words) {
  PosixKernel real;
  FaultKernel kernel(real);
  kernel.fail_call("openat2", 1, ENOSYS);
  EXPECT_EQ(failure_of([&] { temporary().open(kernel); }), ErrorKind::kUnavailable);
}

TEST_P(DirectoryTest, an_interruption_or_a_lost_race_is_tried_again_but_not_for_ever) {
  write_plain(path("file"), "");
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory directory = temporary().open(kernel);
  for (const int error_number : {EINTR, EAGAIN}) {
    kernel.reset();
    kernel.fail_call("openat2", 1, error_number);
    EXPECT_TRUE(directory.open_file(at("file")));
    EXPECT_TRUE(kernel.fault_happened());
    kernel.reset();
    kernel.fail_call("openat2", 1, error_number, FaultKernel::Repeat::kForever);
    EXPECT_THROW(directory.open_file(at("file")), Error);
  }
}

}  // namespace
}  // namespace strata::vfs
