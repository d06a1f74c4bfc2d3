#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

#include "strata/disks/disk_contract_fake.h"

namespace strata::disks {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

const std::string kConflict(to_string(ErrorKind::kConflict));
const std::string kNotFound(to_string(ErrorKind::kNotFound));

TEST_P(DiskContract, an_absent_backup_is_not_found) {
  EXPECT_EQ(error_of([&] { open(BackupId::random()); }), kNotFound);
}

TEST_P(DiskContract, removing_leaves_nothing_of_it_and_everything_of_the_others) {
  server().with_everything();
  const BackupId kept = BackupId::random();
  create(kept);
  const std::vector<std::string> before = under_test().objects();
  const BackupId removed = BackupId::random();
  create(removed);
  JobContext job = context();
  disk().remove({removed, {}}, job);
  EXPECT_EQ(under_test().objects(), before);
  EXPECT_EQ(error_of([&] { open(removed); }), kNotFound);
  EXPECT_EQ(differences(kept), "");
}

TEST_P(DiskContract, removing_what_is_absent_is_success) {
  JobContext job = context();
  const BackupId backup = BackupId::random();
  EXPECT_EQ(error_of([&] { disk().remove({backup, {}}, job); }), "no error");
  create(backup);
  disk().remove({backup, {}}, job);
  EXPECT_EQ(error_of([&] { disk().remove({backup, {}}, job); }), "no error");
}

TEST_P(DiskContract, a_backup_that_is_open_is_not_removed) {
  server().file("a", "x");
  const BackupId backup = BackupId::random();
  create(backup);
  JobContext job = context();
  std::unique_ptr<StoredBackup> reader = open(backup);
  EXPECT_EQ(error_of([&] { disk().remove({backup, {}}, job); }), kConflict);
  EXPECT_EQ(differences(backup), "");
  reader.reset();
  EXPECT_EQ(error_of([&] { disk().remove({backup, {}}, job); }), "no error");
}

TEST_P(DiskContract, enumeration_gives_every_backup_once_in_order_and_in_pages) {
  server().file("a", "x");
  std::vector<BackupId> backups;
  for (int i = 0; i < 7; ++i) {
    backups.push_back(BackupId::random());
    create(backups.back());
  }
  std::ranges::sort(backups);
  JobContext job = context();
  std::vector<BackupId> seen;
  std::string cursor;
  while (true) {
    const std::vector<Found> page = disk().enumerate(cursor, 3, job);
    EXPECT_LE(page.size(), 3U);
    if (page.empty()) break;
    for (const Found& found : page) {
      seen.push_back(found.backup);
      EXPECT_TRUE(found.has_manifest);
      EXPECT_FALSE(found.server.is_nil());
      EXPECT_GT(found.size, 0U);
    }
    cursor = page.back().backup.text();
  }
  EXPECT_THAT(seen, ElementsAreArray(backups));
}

TEST_P(DiskContract, backups_survive_a_restart) {
  server().with_everything();
  const BackupId backup = BackupId::random();
  create(backup);
  under_test().restart();
  EXPECT_THAT(disk().recover(FixedLedger()).set_aside, IsEmpty());
  EXPECT_EQ(differences(backup), "");
  EXPECT_TRUE(verified(backup));
}

TEST_P(DiskContract, recovery_removes_what_a_dead_create_left_and_nothing_else) {
  server().with_everything();
  const BackupId backup = BackupId::random();
  create(backup);
  const std::vector<std::string> before = under_test().objects();
  under_test().leave_unfinished_create();
  EXPECT_NE(under_test().objects(), before);
  under_test().restart();
  const RecoveryReport report = disk().recover(FixedLedger());
  EXPECT_GT(report.temporaries_removed, 0U);
  EXPECT_EQ(under_test().objects(), before);
  EXPECT_EQ(differences(backup), "");
  EXPECT_EQ(disk().recover(FixedLedger()).temporaries_removed, 0U) << "a second time finds nothing";
}

TEST_P(DiskContract, recovery_reports_a_backup_that_was_whole_when_its_operation_died) {
  server().file("a", "x");
  const BackupId backup = BackupId::random();
  create(backup);
  under_test().restart();
  EXPECT_THAT(disk().recover(FixedLedger({backup})).completed, testing::ElementsAre(backup));
  EXPECT_THAT(disk().recover(FixedLedger()).completed, IsEmpty());
}

TEST_P(DiskContract, the_connection_test_passes_and_leaves_nothing) {
  const std::vector<std::string> before = under_test().objects();
  JobContext job = context();
  const std::vector<Check> checks = disk().check(job);
  EXPECT_GE(checks.size(), 3U);
  for (const Check& check : checks) {
    EXPECT_NE(check.result, Check::Result::kFailed) << check.name << ": " << check.detail;
    EXPECT_FALSE(check.name.empty());
    EXPECT_FALSE(check.detail.empty()) << check.name;
  }
  EXPECT_EQ(under_test().objects(), before);
}

TEST_P(DiskContract, raw_bytes_are_the_size_that_was_reported) {
  server().with_everything();
  const BackupId backup = BackupId::random();
  const Receipt receipt = create(backup);
  const std::optional<StoredBackup::Raw> raw = open(backup)->raw();
  EXPECT_EQ(raw.has_value(), disk().capabilities().raw_download);
  if (!raw) return;
  EXPECT_EQ(raw->bytes->size(), receipt.size);
  EXPECT_EQ(raw->format, receipt.format);
  EXPECT_TRUE(raw->file_name.starts_with(backup.text()));
}

}  // namespace
}  // namespace strata::disks
