#include "strata/disks/backup_disk.h"

#include <gmock/gmock.h>

#include "strata/crypto/digest.h"
#include "strata/disks/disk_contract_fake.h"
#include "strata/disks/lease_book.h"

namespace strata::disks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kConflict(to_string(ErrorKind::kConflict));

struct File {
  std::string name;
  std::string content;
};

class FilesStream final : public tree::EntryStream {
 public:
  explicit FilesStream(std::vector<File> files) : files_(std::move(files)) {}
  std::optional<tree::Entry> next() override {
    if (position_ == files_.size()) return std::nullopt;
    left_ = files_[position_].content;
    tree::Entry entry;
    entry.path = vfs::Path::parse(files_[position_++].name);
    entry.size = left_.size();
    return entry;
  }
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t size = std::min(out.size(), left_.size());
    std::ranges::copy(left_.substr(0, size), out.begin());
    left_.erase(0, size);
    return size;
  }

 private:
  std::vector<File> files_;
  std::size_t position_ = 0;
  std::string left_;
};

/// A disk with one backup, whose stream and whose recorded list may differ.
class OneBackup final : public BackupDisk {
 public:
  std::vector<File> streamed;
  std::vector<File> recorded;
  bool has_list = true;

  Capabilities capabilities() const override { return {}; }
  Receipt create(const ServerVolume&, const CreateOptions&, JobContext&) override { return {}; }
  void remove(const BackupRef&, JobContext&) override {}
  std::vector<Found> enumerate(const std::string&, std::size_t, JobContext&) override { return {}; }
  std::vector<Check> check(JobContext&) override { return {}; }
  RecoveryReport recover(const Ledger&) override { return {}; }
  std::unique_ptr<StoredBackup> open(const BackupRef&, JobContext&) override { return std::make_unique<Stored>(*this); }

 private:
  class Stored final : public StoredBackup {
   public:
    explicit Stored(const OneBackup& disk) : disk_(disk) {}
    std::optional<tree::Manifest> manifest() const override {
      if (!disk_.has_list) return std::nullopt;
      tree::Manifest manifest;
      manifest.entries = manifest.files = disk_.recorded.size();
      return manifest;
    }
    std::shared_ptr<const tree::FileTree> tree() const override { return nullptr; }
    std::unique_ptr<tree::EntryStream> stream(tree::Warnings&) const override {
      return std::make_unique<FilesStream>(disk_.streamed);
    }
    std::function<std::optional<tree::Entry>(const vfs::Path&)> expected() const override {
      if (!disk_.has_list) return {};
      return [files = disk_.recorded](const vfs::Path& path) -> std::optional<tree::Entry> {
        for (const File& file : files) {
          if (file.name != path.bytes()) continue;
          tree::Entry entry;
          entry.path = path;
          entry.size = file.content.size();
          entry.hash = crypto::sha256(file.content);
          return entry;
        }
        return std::nullopt;
      };
    }
    Bytes content_bytes() const override { return 0; }
    std::optional<Raw> raw() const override { return std::nullopt; }

   private:
    const OneBackup& disk_;
  };
};

class DefaultVerify : public testing::Test {
 protected:
  VerifyReport verify() {
    JobContext job{.progress = progress_, .clock = clock_, .log = log_, .operation = {}};
    return disk_.verify({}, job);
  }
  OneBackup disk_;
  RecordingProgress progress_;
  SystemClock clock_;
  Log log_{LogLevel::kError};
};

TEST_F(DefaultVerify, what_was_recorded_came_out) {
  disk_.streamed = disk_.recorded = {{"a", "1"}, {"b", "22"}};
  const VerifyReport report = verify();
  EXPECT_TRUE(report.intact);
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(report.bytes, 3U);
  EXPECT_TRUE(report.hashes_compared);
}

TEST_F(DefaultVerify, every_kind_of_difference_is_named) {
  disk_.recorded = {{"changed", "1"}, {"longer", "1"}, {"lost", "1"}, {"lost-too", ""}};
  disk_.streamed = {{"changed", "2"}, {"longer", "22"}, {"new", "1"}};
  const VerifyReport report = verify();
  EXPECT_FALSE(report.intact);
  EXPECT_THAT(report.damage,
              ElementsAre(HasSubstr("'changed' has other content"), HasSubstr("'longer' has 2 bytes instead of 1"),
                          HasSubstr("'new' is not in the list"), HasSubstr("3 entries came out of the backup, 4")));
}

TEST_F(DefaultVerify, a_backup_without_a_list_is_only_read) {
  disk_.has_list = false;
  disk_.streamed = {{"a", "1"}};
  const VerifyReport report = verify();
  EXPECT_TRUE(report.intact);
  EXPECT_FALSE(report.hashes_compared);
}

TEST_F(DefaultVerify, no_more_than_a_hundred_findings_are_kept) {
  for (int i = 0; i < 300; ++i) disk_.streamed.push_back({"f" + std::to_string(i), ""});
  EXPECT_EQ(verify().damage.size(), VerifyReport::kMaxDamage);
}

TEST(LeaseBook, readers_share_and_writers_wait) {
  LeaseBook book;
  const BackupId backup = BackupId::random();
  const std::chrono::milliseconds short_time{10};
  {
    const LeaseBook::Lease one = book.share(backup, {}, {});
    const LeaseBook::Lease two = book.share(backup, {}, {});
    EXPECT_EQ(error_of([&] { book.exclude(backup, short_time, {}); }), kConflict);
    const LeaseBook::Lease other = book.exclude(BackupId::random(), {}, {});
  }
  LeaseBook::Lease writer = book.exclude(backup, {}, {});
  EXPECT_EQ(error_of([&] { book.share(backup, short_time, {}); }), kConflict);
  EXPECT_EQ(error_of([&] { book.exclude(backup, short_time, {}); }), kConflict);
  writer = {};
  EXPECT_EQ(error_of([&] { book.share(backup, {}, {}); }), "no error");
}

TEST(LeaseBook, a_stop_request_ends_the_wait) {
  LeaseBook book;
  const BackupId backup = BackupId::random();
  const LeaseBook::Lease reader = book.share(backup, {}, {});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(error_of([&] { book.exclude(backup, std::chrono::hours{1}, stop.get_token()); }),
            to_string(ErrorKind::kCancelled));
}

}  // namespace
}  // namespace strata::disks
