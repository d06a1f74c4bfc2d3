#include "strata/vfs/file.h"

#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::vfs {
namespace {

std::string counting(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

class FileTest : public OnEachFileSystem {
 protected:
  FaultKernel& kernel() { return kernel_; }
  /// The test's directory through the kernel that can fail.
  Directory failing() { return temporary().open(kernel_); }

 private:
  PosixKernel real_;
  FaultKernel kernel_{real_};
};
STRATA_ON_EACH_FILE_SYSTEM(FileTest);

TEST_P(FileTest, short_reads_and_writes_are_completed) {
  const std::string content = counting(10'000);
  kernel().limit_transfers(7);
  File file = failing().create_file(at("file"));
  file.write(as_bytes(content));
  EXPECT_EQ(read_plain(path("file")), content);

  std::string back(content.size() + 5, '?');
  const std::span<std::uint8_t> buffer(reinterpret_cast<std::uint8_t*>(back.data()), back.size());
  file.seek(0);
  EXPECT_EQ(file.read(buffer), content.size());
  EXPECT_EQ(back.substr(0, content.size()), content);
  EXPECT_EQ(file.read_at(9'990, buffer), 10u);
  EXPECT_EQ(back.substr(0, 10), content.substr(9'990));
  EXPECT_EQ(file.read_at(20'000, buffer), 0u);

  file.write_at(5'000, as_bytes(counting(3'000)));
  EXPECT_EQ(read_plain(path("file")), content.substr(0, 5'000) + counting(3'000) + content.substr(8'000));
}

TEST_P(FileTest, an_interrupted_call_is_repeated) {
  const Directory directory = failing();
  for (const char* call : {"write", "pwrite", "read", "pread", "ftruncate", "fchmod", "utimensat", "flock"}) {
    kernel().reset();
    kernel().fail_call(call, 1, EINTR);
    File file = directory.open_or_create_file(at("file"));
    file.write(as_bytes("hello"));
    file.write_at(5, as_bytes(" you"));
    file.seek(0);
    std::array<std::uint8_t, 9> buffer{};
    EXPECT_EQ(file.read(buffer), 9u) << call;
    EXPECT_EQ(file.read_at(0, buffer), 9u) << call;
    EXPECT_EQ(as_text(buffer), "hello you") << call;
    file.truncate(9);
    file.set_mode(0600);
    file.set_mtime(0);
    EXPECT_TRUE(file.try_lock()) << call;
    EXPECT_TRUE(kernel().fault_happened()) << call;
  }
}

TEST_P(FileTest, a_failure_at_any_call_is_an_error_that_names_the_file) {
  for (const int error_number : {EIO, ENOSPC, EDQUOT, EROFS}) {
    for (std::size_t n = 1;; ++n) {
      ASSERT_LT(n, 100u);
      kernel().reset();
      const Directory directory = failing();
      kernel().reset();
      kernel().fail_call(n, error_number);
      bool failed = false;
      std::size_t calls_of_close = 0;
      try {
        File file = directory.open_or_create_file(at("file"));
        file.write(as_bytes("x"));
        file.write_at(1, as_bytes("y"));
        file.truncate(2);
        file.seek(0);
        std::array<std::uint8_t, 2> buffer{};
        file.read(buffer);
        file.read_at(0, buffer);
        file.stat();
        file.data_extents(2);
        file.set_mode(0600);
        file.set_owner(::geteuid(), ::getegid());
        file.set_mtime(1);
        file.set_extended_attribute({"user.x", "y"});
        file.extended_attributes();
        file.try_lock();
        file.sync();
        calls_of_close = kernel().calls_of("close");
      } catch (const Error& error) {
        failed = true;
        EXPECT_NE(error.message().find(path("file")), std::string::npos) << error.message();
        const bool full = error_number == ENOSPC || error_number == EDQUOT;
        EXPECT_EQ(error.kind(), full ? ErrorKind::kNoSpace : ErrorKind::kIo) << error.message();
      }
      if (!kernel().fault_happened()) break;
      EXPECT_TRUE(failed || calls_of_close < kernel().calls_of("close")) << "call " << n << " failed unnoticed";
    }
  }
}

TEST_P(FileTest, after_a_failed_sync_no_later_one_succeeds) {
  File file = failing().create_file(at("file"));
  file.write(as_bytes("precious"));
  kernel().reset();
  kernel().fail_call("fsync", 1, EIO);
  EXPECT_THROW(file.sync(), Error);
  EXPECT_THROW(file.sync(), Error);
  EXPECT_EQ(kernel().calls_of("fsync"), 1u) << "asked again, the kernel would have said that all is well";
}

TEST_P(FileTest, a_sync_that_was_interrupted_counts_as_failed) {
  File file = failing().create_file(at("file"));
  kernel().reset();
  kernel().fail_call("fsync", 1, EINTR);
  EXPECT_THROW(file.sync(), Error);
  EXPECT_EQ(kernel().calls_of("fsync"), 1u);
}

TEST_P(FileTest, the_data_of_a_sparse_file_is_found) {
  constexpr Bytes kMiB = 1 << 20;
  File file = directory().create_file(at("sparse"));
  file.truncate(8 * kMiB);
  file.write_at(kMiB, as_bytes(std::string(65536, 'a')));
  file.write_at(4 * kMiB, as_bytes(std::string(65536, 'b')));
  const auto extents = file.data_extents(8 * kMiB);
  ASSERT_EQ(extents.size(), 2u);
  EXPECT_EQ(extents[0].offset, kMiB);
  EXPECT_EQ(extents[0].length, 65536u);
  EXPECT_EQ(extents[1].offset, 4 * kMiB);
  EXPECT_EQ(extents[1].length, 65536u);
  EXPECT_EQ(file.data_extents(4 * kMiB + 1).back().length, 1u);
  EXPECT_EQ(file.data_extents(kMiB).size(), 0u);
  EXPECT_LT(file.stat().allocated, 2 * kMiB);
}

TEST_P(FileTest, looking_for_data_does_not_move_the_reader) {
  File file = directory().create_file(at("file"));
  file.write(as_bytes("hello you"));
  file.seek(6);
  EXPECT_EQ(file.data_extents(9).size(), 1u);
  std::array<std::uint8_t, 3> buffer{};
  file.read(buffer);
  EXPECT_EQ(as_text(buffer), "you");
}

TEST_P(FileTest, empty_and_all_hole_files_have_no_data) {
  File file = directory().create_file(at("file"));
  EXPECT_TRUE(file.data_extents(0).empty());
  file.truncate(1 << 20);
  EXPECT_TRUE(file.data_extents(1 << 20).empty());
}

TEST_P(FileTest, a_file_system_that_cannot_tell_holes_gives_one_extent) {
  File file = failing().create_file(at("file"));
  file.truncate(100);
  kernel().reset();
  kernel().fail_call("lseek", 2, EINVAL);  // the first asks for the position
  const auto extents = file.data_extents(100);
  ASSERT_EQ(extents.size(), 1u);
  EXPECT_EQ(extents[0].length, 100u);
}

TEST_P(FileTest, user_attributes_survive_a_round_trip_and_others_are_never_listed) {
  write_plain(path("file"), "");
  File file = directory().open_file(at("file"));
  if (!file.set_extended_attribute({"user.b", std::string("two\0bytes", 9)})) {
    GTEST_SKIP() << "this file system has no user attributes";
  }
  file.set_extended_attribute({"user.a", ""});
  file.set_extended_attribute({"user.b", "changed"});
  if (::geteuid() == 0) {
    ASSERT_EQ(::setxattr(path("file").c_str(), "trusted.hidden", "x", 1, 0), 0);
  }
  EXPECT_EQ(file.extended_attributes(), (std::vector<ExtendedAttribute>{{"user.a", ""}, {"user.b", "changed"}}));
}

TEST_P(FileTest, attributes_that_give_rights_are_refused) {
  File file = directory().create_file(at("file"));
  for (const std::string& name : {std::string("security.capability"), std::string("trusted.x"), std::string("system.x"),
                                  std::string("user"), std::string(), std::string("user.\0x", 7)}) {
    EXPECT_EQ(failure_of([&] { file.set_extended_attribute({name, "x"}); }), ErrorKind::kInvalid) << name;
  }
}

TEST_P(FileTest, attributes_the_file_system_refuses_are_told_and_not_thrown) {
  File file = failing().create_file(at("file"));
  kernel().reset();
  kernel().fail_call("fsetxattr", 1, EOPNOTSUPP);
  kernel().fail_call("flistxattr", 1, EOPNOTSUPP);
  EXPECT_FALSE(file.set_extended_attribute({"user.a", "x"}));
  EXPECT_TRUE(file.extended_attributes().empty());
}

TEST_P(FileTest, an_attribute_that_goes_away_while_it_is_read_is_left_out) {
  File file = failing().create_file(at("file"));
  if (!file.set_extended_attribute({"user.a", "x"})) GTEST_SKIP() << "this file system has no user attributes";
  file.set_extended_attribute({"user.b", "y"});
  kernel().reset();
  kernel().fail_call("fgetxattr", 1, ENODATA);
  EXPECT_EQ(file.extended_attributes().size(), 1u);
}

TEST_P(FileTest, a_lock_has_one_holder_and_goes_with_the_file) {
  File first = directory().open_or_create_file(at("lock"));
  File second = directory().open_or_create_file(at("lock"));
  EXPECT_TRUE(first.try_lock());
  EXPECT_FALSE(second.try_lock());
  first = File();
  EXPECT_TRUE(second.try_lock());
}

TEST_P(FileTest, metadata_is_set_on_the_open_file_wherever_its_name_went) {
  File file = directory().create_file(at("before"));
  directory().rename(at("before"), directory(), at("after"));
  write_plain(path("before"), "another");
  file.set_mode(0751);
  file.set_mtime(1'234'567'890'123'456'789);
  if (::geteuid() == 0) {
    file.set_owner(12, 34);
    EXPECT_EQ(directory().stat(at("after")).uid, 12u);
    EXPECT_EQ(directory().stat(at("after")).gid, 34u);
  }
  file.set_mode(0751);
  EXPECT_EQ(directory().stat(at("after")).mode, 0751u);
  EXPECT_EQ(directory().stat(at("after")).mtime_ns, 1'234'567'890'123'456'789);
  EXPECT_NE(directory().stat(at("before")).mode, 0751u);
}

TEST_P(FileTest, positions_no_file_can_have_are_refused) {
  File file = directory().create_file(at("file"));
  constexpr Bytes kBeyond = std::numeric_limits<Bytes>::max();
  EXPECT_EQ(failure_of([&] { file.seek(kBeyond); }), ErrorKind::kTooLarge);
  EXPECT_EQ(failure_of([&] { file.truncate(kBeyond); }), ErrorKind::kTooLarge);
  EXPECT_EQ(failure_of([&] { file.write_at(kBeyond, as_bytes("x")); }), ErrorKind::kTooLarge);
}

TEST_P(FileTest, a_moved_from_file_is_empty_and_the_descriptor_is_closed_once) {
  kernel().reset();
  {
    File file = failing().create_file(at("file"));
    File moved = std::move(file);
    EXPECT_FALSE(file);  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_TRUE(moved);
    const Descriptor given = moved.release();
    EXPECT_FALSE(moved);
    EXPECT_TRUE(given);
  }
  EXPECT_EQ(kernel().calls_of("close"), 2u) << "the file and the directory it was created through";
}

TEST_P(FileTest, descriptors_are_not_inherited_by_child_processes) {
  const File file = directory().create_file(at("file"));
  const Directory held = directory().duplicate();
  for (const int fd : {file.fd(), held.fd(), directory().fd()}) EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

}  // namespace
}  // namespace strata::vfs
