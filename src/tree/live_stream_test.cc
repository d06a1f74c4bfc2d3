#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/restore/sample_tree_fake.h"
#include "strata/tree/tree_compare.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read_all(EntryStream& stream) {
  std::string content;
  std::vector<std::uint8_t> buffer(7);  // odd and small: reads cross every boundary
  while (const std::size_t count = stream.read(buffer)) content += as_text(std::span(buffer).first(count));
  return content;
}

std::vector<std::string> paths(EntryStream& stream) {
  std::vector<std::string> result;
  while (const auto entry = stream.next()) result.push_back(entry->path.bytes());
  return result;
}

class LiveStreamTest : public testing::Test {
 protected:
  LiveStream open(const std::vector<std::string>& ignore = {}) {
    return LiveStream(temporary_.directory(), IgnoreRules::parse(ignore), warnings_, stop_.get_token());
  }
  std::string at(std::string_view path) const { return temporary_.path(path); }
  std::vector<std::string> warned() const {
    std::vector<std::string> lines;
    for (const auto& warning : warnings_.kept()) lines.push_back(warning.path + ": " + warning.reason);
    return lines;
  }

  vfs::TemporaryDirectory temporary_;
  Warnings warnings_;
  std::stop_source stop_;
};

TEST_F(LiveStreamTest, everything_a_tree_holds_comes_as_it_is) {
  SampleTree tree;
  tree.directory("a", 0750).file("a/empty", "").file("a/text", "hello", 0640).hard_link("a/zz", "a/text");
  tree.directory("a/\xff\xfe", 01777).file("a/\xff\xfe/\x01", std::string(100'000, 'x'), 04755);
  tree.link("dangling", "nowhere/at/all").link("out", "/etc/passwd").link("up", "../..");
  tree.file("with attributes", "x").last().attributes = {{"user.empty", ""}, {"user.note", std::string("a\0b", 3)}};
  tree.file("\xc3\xa9t\xc3\xa9", "before 1970").modified(-1);
  std::vector<std::string> order;
  for (const auto& entry : tree.entries()) order.push_back(entry.path.bytes());
  tree.write(temporary_.path());

  auto live = open();
  const auto expected = tree.stream();
  const auto result = compare(*expected, live, {.owners = true});
  EXPECT_EQ(describe(result), "");
  EXPECT_EQ(result.entries, order.size());
  EXPECT_THAT(warned(), IsEmpty());
}

TEST_F(LiveStreamTest, names_come_sorted_each_directory_before_what_is_in_it) {
  for (const char* directory : {"a", "a-b", "a/b"}) std::filesystem::create_directories(at(directory));
  for (const char* file : {"a/z", "a/b/c", "a-b/x", "a.txt", "Z", "b"}) vfs::write_plain(at(file), "");
  auto stream = open();
  EXPECT_THAT(paths(stream), ElementsAre("Z", "a", "a/b", "a/b/c", "a/z", "a-b", "a-b/x", "a.txt", "b"));
}

TEST_F(LiveStreamTest, ignored_names_and_what_is_beneath_them_do_not_come) {
  for (const char* directory : {"cache/deep", "keep"}) std::filesystem::create_directories(at(directory));
  for (const char* file : {"cache/deep/x", "keep/a.log", "keep/a.txt"}) vfs::write_plain(at(file), "");
  auto stream = open({"cache/", "*.log", "!cache/deep/x"});
  EXPECT_THAT(paths(stream), ElementsAre("keep", "keep/a.txt"));
  EXPECT_THAT(warned(), IsEmpty());
}

TEST_F(LiveStreamTest, the_restore_workspace_is_never_seen) {
  std::filesystem::create_directories(at(".strata-restore/x"));
  std::filesystem::create_directories(at("a/.strata-restore"));  // only at the top it is ours
  auto stream = open();
  EXPECT_THAT(paths(stream), ElementsAre("a", "a/.strata-restore"));
}

TEST_F(LiveStreamTest, sockets_pipes_and_devices_are_listed_as_left_out) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  at("socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ::close(socket);
  std::vector<std::string> expected{"pipe: is a named pipe: not in the backup",
                                    "socket: is a socket: not in the backup"};
  if (::mknod(at("device").c_str(), S_IFCHR | 0600, 0x0103) == 0) {
    expected.insert(expected.begin(), "device: is a device: not in the backup");
  }
  auto stream = open();
  EXPECT_THAT(paths(stream), IsEmpty());
  EXPECT_EQ(warned(), expected);
}

TEST_F(LiveStreamTest, what_may_not_be_read_is_listed_and_the_rest_comes) {
  std::filesystem::create_directories(at("closed/inside"));
  vfs::write_plain(at("a"), "1");
  vfs::write_plain(at("secret"), "2");
  vfs::write_plain(at("z"), "3");
  vfs::give_to_plain_user(temporary_.path());
  ::chmod(at("secret").c_str(), 0);
  ::chmod(at("closed").c_str(), 0);
  const std::string seen = vfs::as_plain_user([&] {
    auto stream = open();
    std::string text;
    for (const auto& path : paths(stream)) text += path + "\n";
    for (const auto& line : warned()) text += line + "\n";
    return text;
  });
  ::chmod(at("closed").c_str(), 0700);
  EXPECT_EQ(seen,
            "a\nclosed\nz\n"
            "closed: Permission denied: what is in this folder is not in the backup\n"
            "secret: Permission denied: not in the backup\n");
}

TEST_F(LiveStreamTest, what_vanishes_after_it_was_listed_is_a_warning) {
  for (const char* file : {"a", "b", "c"}) vfs::write_plain(at(file), "");
  std::filesystem::create_directory(at("d"));
  auto stream = open();
  std::filesystem::remove(at("b"));
  std::filesystem::remove(at("d"));
  EXPECT_THAT(paths(stream), ElementsAre("a", "c"));
  EXPECT_THAT(warned(), ElementsAre("b: vanished while the backup ran: not in the backup",
                                    "d: vanished while the backup ran: not in the backup"));
}

TEST_F(LiveStreamTest, a_file_that_grows_while_it_is_read_is_cut_at_its_opening_size) {
  vfs::write_plain(at("log"), "12345678901234567890");
  auto stream = open();
  ASSERT_EQ(stream.next()->size, 20u);
  std::vector<std::uint8_t> buffer(10);
  ASSERT_EQ(stream.read(buffer), 10u);
  vfs::write_plain(at("log"), "1234567890abcdefghij and more");
  EXPECT_EQ(read_all(stream), "abcdefghij");
  EXPECT_THAT(warned(), ElementsAre("log: changed while it was read: stored at its size at opening"));
}

TEST_F(LiveStreamTest, a_file_that_was_empty_and_grows_is_a_warning_too) {
  vfs::write_plain(at("log"), "");
  auto stream = open();
  ASSERT_EQ(stream.next()->size, 0u);
  vfs::write_plain(at("log"), "first line");
  EXPECT_FALSE(stream.next());
  EXPECT_THAT(warned(), ElementsAre("log: changed while it was read: stored at its size at opening"));
}

TEST_F(LiveStreamTest, a_file_that_shrinks_while_it_is_read_is_filled_with_zeros) {
  vfs::write_plain(at("log"), "12345678901234567890");
  auto stream = open();
  ASSERT_EQ(stream.next()->size, 20u);
  std::vector<std::uint8_t> buffer(4);
  ASSERT_EQ(stream.read(buffer), 4u);
  std::filesystem::resize_file(at("log"), 6);
  EXPECT_EQ(read_all(stream), "56" + std::string(14, '\0'));
  EXPECT_THAT(warned(), ElementsAre("log: became shorter while it was read: zeros stand from byte 6 on"));
}

TEST_F(LiveStreamTest, a_file_rewritten_at_the_same_size_is_noticed) {
  vfs::write_plain(at("region"), "aaaa");
  auto stream = open();
  stream.next();
  std::vector<std::uint8_t> buffer(2);
  stream.read(buffer);
  vfs::write_plain(at("region"), "bbbb");
  read_all(stream);
  EXPECT_EQ(warnings_.count(), 1u);
}

TEST_F(LiveStreamTest, a_file_that_cannot_be_read_in_the_middle_is_a_warning_with_the_place) {
  vfs::write_plain(at("bad"), std::string(100, 'x'));
  vfs::PosixKernel real;
  vfs::FaultKernel kernel(real);
  const auto directory = temporary_.open(kernel);
  kernel.reset();
  kernel.fail_call("pread", 2, EIO);
  LiveStream stream(directory, {}, warnings_, {});
  stream.next();
  EXPECT_EQ(read_all(stream), std::string(7, 'x') + std::string(7, '\0') + std::string(86, 'x'));
  ASSERT_EQ(warnings_.count(), 1u);
  EXPECT_THAT(warned()[0], HasSubstr("Input/output error at byte 7"));
}

TEST_F(LiveStreamTest, content_that_nobody_reads_is_skipped) {
  vfs::write_plain(at("a"), "aaa");
  vfs::write_plain(at("b"), "bbb");
  auto stream = open();
  stream.next();
  stream.next();
  EXPECT_EQ(read_all(stream), "bbb");
  EXPECT_EQ(read_all(stream), "");
}

TEST_F(LiveStreamTest, later_names_of_a_file_refer_to_the_first_that_came) {
  std::filesystem::create_directory(at("d"));
  vfs::write_plain(at("d/first"), "content");
  std::filesystem::create_hard_link(at("d/first"), at("e"));
  std::filesystem::create_hard_link(at("d/first"), at("a-ignored"));
  auto stream = open({"a-ignored"});
  stream.next();
  EXPECT_FALSE(stream.next()->hard_link);
  EXPECT_EQ(read_all(stream), "content");
  vfs::write_plain(at("d/first"), "content that is longer now");
  const auto second = stream.next();
  EXPECT_EQ(second->path.bytes(), "e");
  ASSERT_TRUE(second->hard_link);
  EXPECT_EQ(second->hard_link->bytes(), "d/first");
  EXPECT_EQ(second->size, 7u);  // what was stored, not what is there now
  EXPECT_EQ(read_all(stream), "");
}

TEST_F(LiveStreamTest, holes_are_told_and_not_read) {
  const Bytes size = 3_GiB;
  vfs::write_plain(at("sparse"), std::string(10'000, 'a'));
  std::filesystem::resize_file(at("sparse"), size);
  const int fd = ::open(at("sparse").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::pwrite(fd, "middle", 6, static_cast<off_t>(1_GiB)), 6);
  ::close(fd);
  struct stat status{};
  ASSERT_EQ(::stat(at("sparse").c_str(), &status), 0);
  if (status.st_blocks * 512 > 10'000'000) GTEST_SKIP() << "this file system has no sparse files";

  vfs::PosixKernel real;
  vfs::FaultKernel kernel(real);
  const auto directory = temporary_.open(kernel);
  LiveStream stream(directory, {}, warnings_, {});
  const auto entry = stream.next();
  EXPECT_TRUE(entry->sparse);
  EXPECT_EQ(entry->size, size);
  std::vector<std::uint8_t> buffer(4_MiB);
  Bytes total = 0;
  std::uint64_t sum = 0;
  while (const std::size_t count = stream.read(buffer)) {
    if (total == 0 || total == 1_GiB) {
      for (std::size_t i = 0; i < count; ++i) sum += buffer[i];
    }
    total += count;
  }
  EXPECT_EQ(total, size);
  EXPECT_EQ(sum, 10'000u * 'a' + 'm' + 'i' + 'd' + 'd' + 'l' + 'e');
  EXPECT_LE(kernel.calls_of("pread"), 4u);
  EXPECT_THAT(warned(), IsEmpty());
}

TEST_F(LiveStreamTest, a_file_without_holes_is_not_called_sparse) {
  vfs::write_plain(at("a"), std::string(5000, 'x'));
  vfs::write_plain(at("b"), "");
  auto stream = open();
  EXPECT_FALSE(stream.next()->sparse);
  EXPECT_FALSE(stream.next()->sparse);
}

TEST_F(LiveStreamTest, folders_deeper_than_the_limit_are_listed_as_left_out) {
  std::string path;
  for (int i = 0; i < 128; ++i) path += (i == 0 ? "" : "/") + std::string("d");
  std::filesystem::create_directories(at(path + "/e/f"));
  auto stream = open();
  EXPECT_EQ(paths(stream).size(), 128u);
  ASSERT_EQ(warnings_.count(), 1u);
  EXPECT_THAT(warned()[0], HasSubstr("deeper than 128 folders: not in the backup"));
}

TEST_F(LiveStreamTest, a_request_to_stop_ends_it) {
  vfs::write_plain(at("a"), "aaa");
  auto stream = open();
  stream.next();
  stop_.request_stop();
  std::vector<std::uint8_t> buffer(1);
  EXPECT_THROW(stream.read(buffer), Error);
  EXPECT_THROW(stream.next(), Error);
}

TEST_F(LiveStreamTest, a_file_replaced_by_a_link_after_it_was_listed_is_not_followed) {
  const vfs::TemporaryDirectory outside;
  vfs::write_plain(outside.path("secret"), "secret");
  std::filesystem::create_directory(outside.path("folder"));
  vfs::write_plain(outside.path("folder/secret"), "secret");
  vfs::write_plain(at("file"), "mine");
  std::filesystem::create_directory(at("folder"));
  auto stream = open();
  for (const char* name : {"file", "folder"}) std::filesystem::remove_all(at(name));
  std::filesystem::create_symlink(outside.path("secret"), at("file"));
  std::filesystem::create_symlink(outside.path("folder"), at("folder"));
  EXPECT_THAT(paths(stream), IsEmpty());
  EXPECT_THAT(warned(), ElementsAre(HasSubstr("file: "), HasSubstr("folder: ")));
}

// A tenant flips a folder and a link to the outside as fast as it can. Whatever the walk sees, it is never the outside.
TEST_F(LiveStreamTest, a_folder_that_is_swapped_with_a_link_all_the_time_never_leads_outside) {
  const vfs::TemporaryDirectory outside;
  vfs::write_plain(outside.path("canary"), "outside");
  std::filesystem::create_directories(at("server/a"));
  vfs::write_plain(at("server/a/inside"), "inside");
  std::filesystem::create_symlink(outside.path(), at("server/link"));
  const auto root = temporary_.directory().open_directory(vfs::Path::parse("server"));
  const std::jthread flipper([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      ::renameat2(AT_FDCWD, at("server/a").c_str(), AT_FDCWD, at("server/link").c_str(), RENAME_EXCHANGE);
    }
  });
  int inside = 0;
  for (int round = 0; round < 500 || (inside == 0 && round < 100'000); ++round) {
    Warnings warnings;
    LiveStream stream(root, {}, warnings, {});
    while (const auto entry = stream.next()) {
      ASSERT_NE(entry->path.name(), "canary");
      if (!entry->is_regular()) continue;
      ++inside;
      ASSERT_EQ(read_all(stream), "inside");
    }
  }
  EXPECT_GT(inside, 0);
}

/// Runs on a thread with mounts of its own; false when this machine does not allow that.
bool with_own_mounts(const std::function<void()>& body) {
  bool allowed = false;
  std::thread([&] {
    allowed = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    if (allowed) body();
  }).join();
  return allowed;
}

TEST_F(LiveStreamTest, other_mounts_are_not_entered) {
  std::filesystem::create_directories(at("tmpfs"));
  std::filesystem::create_directories(at("bind"));
  std::filesystem::create_directories(at("elsewhere"));
  vfs::write_plain(at("elsewhere/x"), "x");
  vfs::write_plain(at("file"), "under the mount");
  vfs::write_plain(at("z"), "z");
  std::vector<std::string> seen;
  Survey counted;
  const bool allowed = with_own_mounts([&] {
    ASSERT_EQ(::mount("none", at("tmpfs").c_str(), "tmpfs", 0, "size=1m"), 0);
    vfs::write_plain(at("tmpfs/x"), "x");
    ASSERT_EQ(::mount(at("elsewhere").c_str(), at("bind").c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(at("elsewhere/x").c_str(), at("file").c_str(), nullptr, MS_BIND, nullptr), 0);
    // Opened in here: a directory opened before belongs to the mounts outside.
    vfs::PosixKernel kernel;
    const auto root = temporary_.open(kernel);
    LiveStream stream(root, {}, warnings_, {});
    seen = paths(stream);
    counted = survey(root, {}, {});
  });
  if (!allowed) GTEST_SKIP() << "this user may not mount";
  EXPECT_THAT(seen, ElementsAre("bind", "elsewhere", "elsewhere/x", "tmpfs", "z"));
  EXPECT_THAT(warned(), ElementsAre("bind: another file system is mounted here: what is in it is not in the backup",
                                    "file: another file system is mounted here: not in the backup",
                                    "tmpfs: another file system is mounted here: what is in it is not in the backup"));
  EXPECT_EQ(counted.entries, seen.size());
  EXPECT_EQ(counted.bytes, 2u);
}

// Every system call fails in turn. Either the walk says so and ends, or what did not come whole is named in a warning.
TEST_F(LiveStreamTest, nothing_is_missing_without_a_word_whichever_call_fails) {
  SampleTree tree;
  tree.directory("a").file("a/1", "one").directory("a/b").file("a/b/2", "two").link("a/l", "1").hard_link("a/m", "a/1");
  tree.file("z", "last").last().attributes = {{"user.note", "x"}};
  tree.write(temporary_.path());
  std::map<std::string, std::string> whole;  // path -> content
  {
    auto stream = open();
    while (const auto entry = stream.next()) whole[entry->path.bytes()] = read_all(stream);
  }
  for (const int error : {EIO, EACCES, ENOENT, EMFILE}) {
    for (std::size_t n = 1;; ++n) {
      vfs::PosixKernel real;
      vfs::FaultKernel kernel(real);
      const auto directory = temporary_.open(kernel);
      kernel.reset();
      kernel.fail_call(n, error);
      Warnings warnings;
      std::map<std::string, std::string> got;
      bool ended = false;
      try {
        LiveStream stream(directory, {}, warnings, {});
        while (const auto entry = stream.next()) got[entry->path.bytes()] = read_all(stream);
        ended = true;
      } catch (const Error&) {
      }
      for (const auto& [path, content] : whole) {
        if (!ended || (got.contains(path) && got[path] == content)) continue;
        // A file whose first name is missing comes with content under its next name.
        if (path == "a/m" && got["a/m"] == whole["a/1"]) continue;
        const auto named = warnings.kept();
        EXPECT_TRUE(std::any_of(
            named.begin(), named.end(),
            [&](const Warning& warning) { return vfs::Path::parse(path).is_beneath(vfs::Path::parse(warning.path)); }))
            << path << " is wrong or missing after call " << n << " (" << kernel.names()[n - 1] << ") failed with "
            << error;
      }
      if (!kernel.fault_happened()) {
        EXPECT_TRUE(ended);
        break;
      }
      EXPECT_FALSE(ended && error == EMFILE && kernel.names()[n - 1] == "openat2") << "an exhausted machine";
    }
  }
}

TEST_F(LiveStreamTest, a_survey_counts_what_the_stream_will_give) {
  SampleTree tree;
  tree.directory("a").file("a/1", "one").hard_link("a/2", "a/1").directory("a/b").file("a/b/3", "three").link("l", "a");
  tree.file("x.log", "ignored");
  tree.write(temporary_.path());
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  const auto rules = IgnoreRules::parse({"*.log"});
  const auto counted = survey(temporary_.directory(), rules, {});
  EXPECT_EQ(counted.bytes, 8u);
  EXPECT_EQ(counted.files, 4u);
  EXPECT_EQ(counted.entries, 6u);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(survey(temporary_.directory(), rules, stop.get_token()), Error);
}

}  // namespace
}  // namespace strata::tree
