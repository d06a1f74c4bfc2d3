#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "strata/disks/disk_contract_fake.h"

namespace strata::disks {
namespace {

const std::string kCorrupt(to_string(ErrorKind::kCorrupt));

/// A small server, so that many kinds of damage can be tried.
void fill(ServerTree& server) {
  std::string text;
  for (int i = 0; i < 4'000; ++i) text += "entry " + std::to_string(i * 31 % 997) + ";";
  server.file("a/text", text).file("a/small", "0123456789", 0600).file("b", text.substr(5'000));
  server.symlink("link", "a/text").hard_link("hard", "b");
  server.modified("b", 1'700'000'000, 5);
}

constexpr std::string_view kSame = "the same";

TEST_P(DiskContract, an_undamaged_backup_verifies) {
  fill(server());
  const BackupId backup = BackupId::random();
  create(backup);
  JobContext job = context();
  const VerifyReport report = disk().verify({backup, {}}, job);
  EXPECT_TRUE(report.intact) << testing::PrintToString(report.damage);
  EXPECT_EQ(report.files, 5U);
  EXPECT_TRUE(report.hashes_compared);
  EXPECT_EQ(error_of([&] { disk().verify({BackupId::random(), {}}, job); }), to_string(ErrorKind::kNotFound));
}

TEST_P(DiskContract, flipped_bits_never_give_wrong_files_and_verify_finds_them) {
  fill(server());
  const BackupId backup = BackupId::random();
  create(backup);
  const std::string expected = snapshot(backup);
  std::mt19937 random(42);
  int undetected = 0;
  for (const std::string& name : under_test().objects()) {
    const std::string bytes = under_test().read_object(name);
    for (int i = 0; i < 250; ++i) {
      const std::size_t bit = i < 50 ? bytes.size() * 8 - 1 - static_cast<std::size_t>(i) * 11 % (bytes.size() * 8)
                                     : random() % (bytes.size() * 8);
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      under_test().write_object(name, damaged);
      const std::string outcome = read_back(backup, expected);
      EXPECT_TRUE(outcome == kCorrupt || outcome == kSame || outcome == to_string(ErrorKind::kInvalid))
          << name << " bit " << bit << ": " << outcome;
      if (verified(backup)) ++undetected;
    }
    under_test().write_object(name, bytes);
  }
  // Bytes that say nothing (a gzip header's time, padding of a checksum field) may change unnoticed.
  EXPECT_LE(undetected, 10) << "verify must find damage";
  EXPECT_EQ(read_back(backup, expected), kSame);
}

TEST_P(DiskContract, cut_objects_never_give_wrong_or_missing_files) {
  fill(server());
  const BackupId backup = BackupId::random();
  create(backup);
  const std::string expected = snapshot(backup);
  for (const std::string& name : under_test().objects()) {
    const std::string bytes = under_test().read_object(name);
    for (std::size_t i = 0; i <= 120; ++i) {
      const std::size_t size = i <= 80 ? bytes.size() * i / 81 : bytes.size() - (i - 80);
      under_test().write_object(name, bytes.substr(0, size));
      const std::string outcome = read_back(backup, expected);
      EXPECT_TRUE(outcome == kCorrupt || outcome == kSame) << name << " cut to " << size << ": " << outcome;
      EXPECT_FALSE(outcome == kCorrupt && verified(backup)) << name << " cut to " << size;
    }
    under_test().write_object(name, bytes);
  }
}

TEST_P(DiskContract, two_backups_damage_of_one_does_not_touch_the_other) {
  fill(server());
  const BackupId first = BackupId::random();
  create(first);
  const std::vector<std::string> objects = under_test().objects();
  const BackupId second = BackupId::random();
  create(second);
  const std::string expected = snapshot(second);
  for (const std::string& name : objects) under_test().write_object(name, "damaged");
  EXPECT_FALSE(verified(first));
  EXPECT_EQ(read_back(second, expected), kSame);
  EXPECT_TRUE(verified(second));
}

}  // namespace
}  // namespace strata::disks
