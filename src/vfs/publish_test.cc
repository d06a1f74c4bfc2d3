#include "strata/vfs/publish.h"

#include <atomic>
#include <functional>
#include <thread>

#include <sys/stat.h>

#include "strata/base/encoding.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::vfs {
namespace {

using Tree = std::map<std::string, std::string>;

Tree without_temporaries(Tree tree) {
  std::erase_if(tree, [](const auto& entry) { return entry.first.starts_with(kTemporaryPrefix); });
  return tree;
}

class PublishTest : public OnEachFileSystem {
 protected:
  const std::string content_ = std::string(3'000, 'x') + "end";

  void publish_in_parts(const Directory& directory) const {
    Publication publication(directory, "object");
    publication.file().write(as_bytes(content_).first(1'000));
    publication.file().write(as_bytes(content_).subspan(1'000));
    publication.publish();
  }
};
STRATA_ON_EACH_FILE_SYSTEM(PublishTest);

TEST_P(PublishTest, an_object_appears_whole_and_for_its_owner_only) {
  publish(directory(), "object", as_bytes(content_));
  publish(directory(), "readable", as_bytes("x"), 0640);
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"object", content_}, {"readable", "x"}}));
  EXPECT_EQ(directory().stat(at("object")).mode, 0600u);
  EXPECT_EQ(directory().stat(at("readable")).mode, 0640u);
}

TEST_P(PublishTest, there_is_no_object_before_it_is_published_and_no_temporary_after_it_is_given_up) {
  {
    Publication publication(directory(), "object");
    publication.file().write(as_bytes("half"));
    EXPECT_EQ(tree_of(temporary().path()), (Tree{{publication.temporary_name(), "half"}}));
    EXPECT_TRUE(publication.temporary_name().starts_with(kTemporaryPrefix));
  }
  EXPECT_TRUE(tree_of(temporary().path()).empty());
}

TEST_P(PublishTest, an_existing_object_is_never_replaced_by_accident) {
  publish(directory(), "object", as_bytes("first"));
  EXPECT_EQ(failure_of([&] { publish(directory(), "object", as_bytes("second")); }), ErrorKind::kConflict);
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"object", "first"}}));
  publish_replacing(directory(), "object", "second");
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"object", "second"}}));
}

TEST_P(PublishTest, of_many_that_publish_one_name_exactly_one_wins) {
  std::atomic<int> winners{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        try {
          publish(directory(), "object", as_bytes(std::to_string(i)));
          ++winners;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::kConflict);
        }
      });
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(tree_of(temporary().path()).size(), 1u);
}

TEST_P(PublishTest, a_name_that_is_no_name_leaves_nothing_behind) {
  for (const char* name : {"", ".", "..", "a/b", "/a"}) {
    EXPECT_EQ(failure_of([&] { publish(directory(), name, {}); }), ErrorKind::kInvalid);
  }
  EXPECT_TRUE(tree_of(temporary().path()).empty());
}

TEST_P(PublishTest, a_publication_is_published_once) {
  Publication publication(directory(), "object");
  publication.publish();
  EXPECT_EQ(failure_of([&] { publication.publish(); }), ErrorKind::kInternal);
  EXPECT_TRUE(directory().exists(at("object")));
}

TEST_P(PublishTest, a_failed_sync_condemns_the_object) {
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory failing = temporary().open(kernel);
  kernel.fail_call("fsync", 1, EIO);
  Publication publication(failing, "object");
  publication.file().write(as_bytes("lost"));
  EXPECT_THROW(publication.publish(), Error);
  EXPECT_THROW(publication.publish(), Error) << "a second try must not turn lost bytes into an object";
  EXPECT_EQ(kernel.calls_of("fsync"), 1u);
  EXPECT_FALSE(directory().exists(at("object")));
}

TEST_P(PublishTest, when_any_one_call_fails_the_object_is_absent_and_nothing_else_is_left) {
  for (const int error_number : {EIO, ENOSPC, EDQUOT, EROFS, EMFILE, ENOMEM, EINTR, EACCES}) {
    for (std::size_t n = 1;; ++n) {
      ASSERT_LT(n, 100u);
      const auto fresh = another();
      PosixKernel real;
      FaultKernel kernel(real);
      const Directory failing = fresh->open(kernel);
      kernel.reset();
      kernel.fail_call(n, error_number);
      bool published = false;
      try {
        publish_in_parts(failing);
        published = true;
      } catch (const Error& error) {
        EXPECT_NE(error.message().find(fresh->path()), std::string::npos) << error.message();
      }
      EXPECT_EQ(tree_of(fresh->path()), published ? (Tree{{"object", content_}}) : Tree{}) << "call " << n;
      if (!kernel.fault_happened()) break;
    }
  }
}

TEST_P(PublishTest, when_every_call_fails_from_some_point_on_the_next_try_succeeds) {
  for (std::size_t n = 1;; ++n) {
    ASSERT_LT(n, 100u);
    const auto fresh = another();
    PosixKernel real;
    FaultKernel kernel(real);
    const Directory failing = fresh->open(kernel);
    kernel.reset();
    kernel.fail_call(n, ENOSPC, FaultKernel::Repeat::kForever);
    try {
      publish_in_parts(failing);
    } catch (const Error&) {
      const auto left = without_temporaries(tree_of(fresh->path()));
      EXPECT_TRUE(left.empty() || left == (Tree{{"object", content_}})) << "call " << n;
    }
    if (!kernel.fault_happened()) break;
    publish_replacing(fresh->directory(), "object", "second");
    EXPECT_EQ(without_temporaries(tree_of(fresh->path())), (Tree{{"object", "second"}}));
  }
}

TEST_P(PublishTest, a_torn_write_is_no_object) {
  for (std::size_t n = 1; n <= 2; ++n) {
    PosixKernel real;
    FaultKernel kernel(real);
    const Directory failing = temporary().open(kernel);
    kernel.tear_write(n);
    EXPECT_THROW(publish_in_parts(failing), Error);
    EXPECT_TRUE(tree_of(temporary().path()).empty());
  }
}

/// Cuts the power before every call of `act` in turn and shows what an honest disk can have kept.
class PublishPowerLossTest : public PublishTest {
 protected:
  using Check = std::function<void(const Tree& tree, bool returned, std::size_t call)>;

  void cut_everywhere(const Tree& before, const std::function<void(const Directory&)>& act, const Check& check,
                      bool without_no_replace = false) {
    for (std::size_t n = 1;; ++n) {
      ASSERT_LT(n, 200u);
      const auto fresh = another();
      for (const auto& [name, content] : before) write_plain(fresh->path(name), content);
      PosixKernel real;
      FaultKernel kernel(real);
      kernel.track(fresh->path());
      const Directory doomed = fresh->open(kernel);
      kernel.reset();
      kernel.cut_power_at(n);
      if (without_no_replace) kernel.fail_call("renameat2", 1, EINVAL);
      bool returned = false;
      try {
        act(doomed);
        returned = true;
      } catch (const Error&) {
        ASSERT_TRUE(kernel.fault_happened());
      }
      for (const auto policy : {PowerLoss::kDropUnsynced, PowerLoss::kKeepAll, PowerLoss::kNamesWithoutData}) {
        check_after(kernel, policy, 0, returned, n, check);
      }
      for (std::uint64_t seed = 0; seed < 8; ++seed) {
        check_after(kernel, PowerLoss::kRandom, seed, returned, n, check);
      }
      if (returned && kernel.calls() < n) break;
    }
  }

 private:
  void check_after(const FaultKernel& kernel, PowerLoss policy, std::uint64_t seed, bool returned, std::size_t call,
                   const Check& check) const {
    SCOPED_TRACE("policy " + std::to_string(static_cast<int>(policy)) + " seed " + std::to_string(seed));
    const auto revived = another();
    kernel.materialise_after_power_loss(revived->path(), policy, seed);
    check(without_temporaries(tree_of(revived->path())), returned, call);
  }
};
STRATA_ON_EACH_FILE_SYSTEM(PublishPowerLossTest);

TEST_P(PublishPowerLossTest, an_object_is_absent_or_whole_and_there_once_publish_has_returned) {
  const Tree absent{{"old", "kept"}};
  const Tree whole{{"object", content_}, {"old", "kept"}};
  for (const bool without_no_replace : {false, true}) {
    cut_everywhere(
        absent, [&](const Directory& directory) { publish_in_parts(directory); },
        [&](const Tree& tree, bool returned, std::size_t call) {
          EXPECT_TRUE(tree == whole || (!returned && tree == absent)) << "power cut before call " << call;
        },
        without_no_replace);
  }
}

TEST_P(PublishPowerLossTest, a_replaced_object_is_all_old_or_all_new) {
  const Tree before{{"object", "old"}};
  const Tree after{{"object", content_}};
  cut_everywhere(
      before, [&](const Directory& directory) { publish_replacing(directory, "object", content_); },
      [&](const Tree& tree, bool returned, std::size_t call) {
        EXPECT_TRUE(tree == after || (!returned && tree == before)) << "power cut before call " << call;
      });
}

TEST_P(PublishPowerLossTest, what_was_removed_durably_does_not_come_back) {
  const Tree before{{"object", "old"}};
  cut_everywhere(
      before, [&](const Directory& directory) { remove_durably(directory, at("object")); },
      [&](const Tree& tree, bool returned, std::size_t call) {
        EXPECT_TRUE(tree.empty() || (!returned && tree == before)) << "power cut before call " << call;
      });
}

TEST_P(PublishTest, a_name_that_could_not_be_made_durable_is_taken_back) {
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory failing = temporary().open(kernel);
  kernel.fail_call("fsync", 2, EIO);
  EXPECT_THROW(publish(failing, "object", as_bytes("x")), Error);
  EXPECT_TRUE(tree_of(temporary().path()).empty());
  publish(failing, "object", as_bytes("x"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"object", "x"}}));
}

TEST_P(PublishTest, a_replacement_that_may_not_last_says_so) {
  publish(directory(), "object", as_bytes("old"));
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory failing = temporary().open(kernel);
  kernel.fail_call("fsync", 2, EIO);
  try {
    publish_replacing(failing, "object", "new");
    FAIL() << "it reported success";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("power cut"), std::string::npos) << error.message();
  }
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"object", "new"}}));
}

TEST_P(PublishTest, removing_what_is_absent_succeeds) {
  remove_durably(directory(), at("absent"));
  remove_durably(directory(), at("absent/below"));
  directory().make_directory(at("below"));
  publish(directory().open_directory(at("below")), "object", as_bytes("x"));
  remove_durably(directory(), at("below/object"));
  EXPECT_EQ(tree_of(temporary().path()), (Tree{{"below/", ""}}));
}

TEST_P(PublishTest, small_files_are_read_whole_up_to_their_limit) {
  const std::string large(40'000, 'x');
  write_plain(path("file"), large);
  EXPECT_EQ(read_small_file(directory(), at("file"), 40'000), large);
  EXPECT_EQ(failure_of([&] { read_small_file(directory(), at("file"), 39'999); }), ErrorKind::kTooLarge);
  write_plain(path("empty"), "");
  EXPECT_EQ(read_small_file(directory(), at("empty"), 0), "");
}

TEST_P(PublishTest, small_files_are_regular_files) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  directory().make_directory(at("directory"));
  directory().make_symlink(at("link"), "fifo");
  for (const char* name : {"fifo", "directory", "link"}) {
    EXPECT_EQ(failure_of([&] { read_small_file(directory(), at(name), 100); }), ErrorKind::kInvalid) << name;
  }
  EXPECT_EQ(failure_of([&] { read_small_file(directory(), at("absent"), 100); }), ErrorKind::kNotFound);
}

}  // namespace
}  // namespace strata::vfs
