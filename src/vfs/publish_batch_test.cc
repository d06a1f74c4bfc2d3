#include "strata/vfs/publish_batch.h"

#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/kernel_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/publish.h"

namespace strata::vfs {
namespace {

using Tree = std::map<std::string, std::string>;

class PublicationBatchTest : public OnEachFileSystem {
 protected:
  /// Four chunks in three directories, two of them new.
  const Tree chunks_{{"aa/1", "one"}, {"aa/2", "two"}, {"bb/cc/3", "three"}, {"4", std::string(2'000, '4')}};

  void fill(PublicationBatch& batch) const {
    for (const auto& [name, content] : chunks_) batch.add(at(name), as_bytes(content));
  }

  /// What is there of the chunks; an empty file or a part of one fails the test.
  std::size_t whole_chunks(const Tree& tree) const {
    std::size_t whole = 0;
    for (const auto& [name, content] : tree) {
      if (name.ends_with('/') || name.find(kTemporaryPrefix) != std::string::npos) continue;
      EXPECT_EQ(content, chunks_.at(name)) << name;
      ++whole;
    }
    return whole;
  }

  bool has_temporaries(const Tree& tree) const {
    return std::any_of(tree.begin(), tree.end(),
                       [](const auto& entry) { return entry.first.find(kTemporaryPrefix) != std::string::npos; });
  }
};
STRATA_ON_EACH_FILE_SYSTEM(PublicationBatchTest);

TEST_P(PublicationBatchTest, all_objects_appear_together_for_one_sync_of_the_file_system) {
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory counted = temporary().open(kernel);
  PublicationBatch batch(counted);
  fill(batch);
  EXPECT_EQ(batch.size(), 4u);
  EXPECT_EQ(whole_chunks(tree_of(temporary().path())), 0u);
  kernel.reset();
  EXPECT_TRUE(batch.publish().empty());
  EXPECT_EQ(batch.size(), 0u);
  Tree expected = chunks_;
  for (const char* made : {"aa/", "bb/", "bb/cc/"}) expected[made] = "";
  EXPECT_EQ(tree_of(temporary().path()), expected);
  EXPECT_EQ(kernel.calls_of("syncfs"), 1u);
  EXPECT_EQ(kernel.calls_of("fsync"), 4u) << "each directory once: the top, aa, bb, bb/cc";
}

TEST_P(PublicationBatchTest, each_file_is_synced_where_wanted_or_where_there_is_no_other_way) {
  PosixKernel real;
  FaultKernel kernel(real);
  const Directory counted = temporary().open(kernel);
  PublicationBatch wanted(counted, PublicationBatch::Sync::kEachFile);
  wanted.add(at("1"), as_bytes("one"));
  kernel.reset();
  wanted.publish();
  EXPECT_EQ(kernel.calls_of("syncfs"), 0u);
  EXPECT_EQ(kernel.calls_of("fsync"), 2u);

  PublicationBatch fallback(counted);
  fallback.add(at("2"), as_bytes("two"));
  fallback.add(at("3"), as_bytes("three"));
  kernel.reset();
  kernel.fail_call("syncfs", 1, ENOSYS);
  fallback.publish();
  EXPECT_EQ(kernel.calls_of("fsync"), 3u);
}

TEST_P(PublicationBatchTest, what_exists_already_is_left_alone_and_named) {
  publish(directory(), "4", as_bytes("there before"));
  PublicationBatch batch(directory());
  fill(batch);
  const auto existing = batch.publish();
  EXPECT_EQ(existing, (std::vector<Path>{at("4")}));
  const auto tree = tree_of(temporary().path());
  EXPECT_EQ(tree.at("4"), "there before");
  EXPECT_EQ(tree.at("bb/cc/3"), "three");
  EXPECT_FALSE(has_temporaries(tree));
}

TEST_P(PublicationBatchTest, one_batch_can_be_filled_again_and_again) {
  PublicationBatch batch(directory());
  for (int round = 0; round < 3; ++round) {
    batch.add(at("shard") / std::to_string(round), as_bytes("x"));
    EXPECT_TRUE(batch.publish().empty());
  }
  EXPECT_TRUE(batch.publish().empty()) << "an empty one has nothing to do";
  EXPECT_EQ(tree_of(temporary().path()).size(), 4u);
}

TEST_P(PublicationBatchTest, the_number_of_open_temporaries_is_bounded) {
  PublicationBatch batch(directory());
  for (std::size_t i = 0; i < PublicationBatch::kMaxObjects; ++i) {
    EXPECT_FALSE(batch.full());
    batch.add(at(std::to_string(i)), {});
  }
  EXPECT_TRUE(batch.full());
  EXPECT_EQ(failure_of([&] { batch.add(at("one too many"), {}); }), ErrorKind::kInternal);
}

TEST_P(PublicationBatchTest, an_object_needs_a_name) {
  PublicationBatch batch(directory());
  EXPECT_EQ(failure_of([&] { batch.add({}, {}); }), ErrorKind::kInvalid);
}

TEST_P(PublicationBatchTest, a_batch_that_is_given_up_leaves_no_temporary) {
  {
    PublicationBatch batch(directory());
    fill(batch);
    EXPECT_TRUE(has_temporaries(tree_of(temporary().path())));
  }
  EXPECT_FALSE(has_temporaries(tree_of(temporary().path())));
}

TEST_P(PublicationBatchTest, a_failed_sync_publishes_nothing) {
  for (const auto sync : {PublicationBatch::Sync::kFileSystem, PublicationBatch::Sync::kEachFile}) {
    PosixKernel real;
    FaultKernel kernel(real);
    const Directory failing = temporary().open(kernel);
    PublicationBatch batch(failing, sync);
    fill(batch);
    kernel.fail_call(sync == PublicationBatch::Sync::kFileSystem ? "syncfs" : "fsync", 1, EIO);
    EXPECT_THROW(batch.publish(), Error);
    EXPECT_EQ(batch.size(), 0u) << "what is condemned must not be published by a second try";
    const auto tree = tree_of(temporary().path());
    EXPECT_EQ(whole_chunks(tree), 0u);
    EXPECT_FALSE(has_temporaries(tree));
  }
}

TEST_P(PublicationBatchTest, when_any_one_call_fails_every_object_is_absent_or_whole_and_no_temporary_is_left) {
  for (const int error_number : {EIO, ENOSPC, EMFILE}) {
    for (std::size_t n = 1;; ++n) {
      ASSERT_LT(n, 200u);
      const auto fresh = another();
      PosixKernel real;
      FaultKernel kernel(real);
      const Directory failing = fresh->open(kernel);
      kernel.reset();
      kernel.fail_call(n, error_number);
      bool published = false;
      try {
        PublicationBatch batch(failing);
        fill(batch);
        batch.publish();
        published = true;
      } catch (const Error& error) {
        EXPECT_NE(error.message().find(fresh->path()), std::string::npos) << error.message();
      }
      const auto tree = tree_of(fresh->path());
      const auto whole = whole_chunks(tree);
      EXPECT_FALSE(has_temporaries(tree)) << "call " << n;
      EXPECT_TRUE(!published || whole == chunks_.size()) << "call " << n;
      if (!kernel.fault_happened()) break;
    }
  }
}

TEST_P(PublicationBatchTest, after_a_power_cut_anywhere_every_object_is_absent_or_whole) {
  for (std::size_t n = 1;; ++n) {
    ASSERT_LT(n, 200u);
    const auto fresh = another();
    PosixKernel real;
    FaultKernel kernel(real);
    kernel.track(fresh->path());
    const Directory doomed = fresh->open(kernel);
    kernel.reset();
    kernel.cut_power_at(n);
    bool returned = false;
    try {
      PublicationBatch batch(doomed);
      fill(batch);
      batch.publish();
      returned = true;
    } catch (const Error&) {
      ASSERT_TRUE(kernel.fault_happened());
    }
    const auto check = [&](PowerLoss policy, std::uint64_t seed) {
      const auto revived = another();
      kernel.materialise_after_power_loss(revived->path(), policy, seed);
      const auto whole = whole_chunks(tree_of(revived->path()));
      EXPECT_TRUE(!returned || whole == chunks_.size()) << "call " << n;
    };
    for (const auto policy : {PowerLoss::kDropUnsynced, PowerLoss::kKeepAll, PowerLoss::kNamesWithoutData}) {
      check(policy, 0);
    }
    for (std::uint64_t seed = 0; seed < 4; ++seed) check(PowerLoss::kRandom, seed);
    if (returned && !kernel.fault_happened()) break;
  }
}

}  // namespace
}  // namespace strata::vfs
