#include "strata/disks/local/local_disk.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "strata/archive/archive_fake.h"
#include "strata/archive/archive_writer.h"
#include "strata/archive/gunzip.h"
#include "strata/disks/local/local_under_test_fake.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/tree_compare.h"
#include "strata/tree/tree_stream.h"

namespace strata::disks {

INSTANTIATE_TEST_SUITE_P(
    Local, DiskContract,
    testing::Values(DiskKind{"tar", [] { return std::make_unique<LocalUnderTest>(archive::ArchiveFormat::kTar); }},
                    DiskKind{"tar_gz",
                             [] { return std::make_unique<LocalUnderTest>(archive::ArchiveFormat::kTarGz); }}),
    disk_kind_name);

namespace {

using archive::run_tool;
using archive::ToolResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kCorrupt(to_string(ErrorKind::kCorrupt));
const std::string kInvalid(to_string(ErrorKind::kInvalid));

/// The Local disk in itself: names, other tools, archives of the reference node.
class LocalCase : public testing::Test {
 protected:
  explicit LocalCase(archive::ArchiveFormat format) : format_(format), local_(format) {}

  JobContext context() {
    return {.progress = progress_, .clock = clock_, .log = log_, .operation = OperationId::random()};
  }

  Receipt create(BackupDisk& disk, BackupId backup) {
    JobContext job = context();
    const ServerVolume volume{ServerId::random(), "survival", server_.root()};
    return disk.create(volume, {.backup = backup}, job);
  }

  std::unique_ptr<StoredBackup> open(BackupId backup) {
    JobContext job = context();
    return local_.disk().open({backup, {}}, job);
  }

  VerifyReport verify(BackupId backup) {
    JobContext job = context();
    return local_.disk().verify({backup, {}}, job);
  }

  std::string file_name(BackupId backup) const {
    return backup.text() + "." + std::string(archive::info(format_).extension);
  }
  std::string file_path(BackupId backup) const { return local_.directory().path(file_name(backup)); }

  /// Differences between two trees on disk.
  static std::string differences(const vfs::Directory& expected, const vfs::Directory& actual) {
    tree::Warnings warnings;
    tree::LiveStream a(expected, {}, warnings, {});
    tree::LiveStream b(actual, {}, warnings, {});
    return tree::describe(tree::compare(a, b, {.owners = true, .attributes = false}));
  }

  /// Puts an archive of the server there as another tool makes it.
  BackupId make_foreign(const std::vector<std::string>& options = {}) {
    const BackupId backup = BackupId::random();
    std::vector<std::string> argv{"tar"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {format_ == archive::ArchiveFormat::kTarGz ? "-czf" : "-cf", file_path(backup), "-C",
                             server_.path(""), "."});
    const ToolResult made = run_tool(argv);
    EXPECT_EQ(made.exit_code, 0) << made.output;
    return backup;
  }

  SystemClock clock_;
  Log log_{LogLevel::kError};
  RecordingProgress progress_;
  ServerTree server_;
  const archive::ArchiveFormat format_;
  LocalUnderTest local_;
};

class LocalDiskTest : public LocalCase, public testing::WithParamInterface<archive::ArchiveFormat> {
 protected:
  LocalDiskTest() : LocalCase(GetParam()) {}
};

class LocalTar : public LocalCase {
 protected:
  LocalTar() : LocalCase(archive::ArchiveFormat::kTar) {}
};

class LocalTarGz : public LocalCase {
 protected:
  LocalTarGz() : LocalCase(archive::ArchiveFormat::kTarGz) {}
};

INSTANTIATE_TEST_SUITE_P(Formats, LocalDiskTest,
                         testing::Values(archive::ArchiveFormat::kTar, archive::ArchiveFormat::kTarGz),
                         [](const auto& tested) { return std::string(archive::info(tested.param).name); });

TEST_P(LocalDiskTest, a_backup_is_a_file_of_the_reference_s_name_and_checksum) {
  server_.with_everything();
  const BackupId backup = BackupId::random();
  const Receipt receipt = create(local_.disk(), backup);
  if (GetParam() == archive::ArchiveFormat::kTar) {
    EXPECT_THAT(local_.objects(), ElementsAre(backup.text() + ".index", file_name(backup)));
  } else {
    EXPECT_THAT(local_.objects(), ElementsAre(file_name(backup)));
  }
  const ToolResult sum = run_tool({"sha1sum", file_path(backup)});
  EXPECT_TRUE(sum.output.starts_with(receipt.checksum)) << sum.output;
  EXPECT_EQ(receipt.checksum_type, "sha1");
  EXPECT_EQ(receipt.size, std::filesystem::file_size(file_path(backup)));
  EXPECT_EQ(receipt.format, archive::info(GetParam()).name);
  EXPECT_TRUE(receipt.browsable);
  EXPECT_FALSE(receipt.streaming);
  EXPECT_EQ(local_.directory().directory().stat(vfs::Path::parse(file_name(backup))).mode, 0600U);
}

TEST_P(LocalDiskTest, other_tools_extract_exactly_the_server) {
  server_.with_everything();
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  for (const char* tool : {"tar", "bsdtar"}) {
    const ToolResult listed = run_tool({tool, "-tf", file_path(backup)}, "C");
    if (listed.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << tool << " is not installed";
    EXPECT_EQ(listed.exit_code, 0) << tool << ": " << listed.output;
    const vfs::TemporaryDirectory out;
    const ToolResult done = run_tool({tool, "-xpf", file_path(backup), "-C", out.path()}, "C");
    EXPECT_EQ(done.exit_code, 0) << tool << ": " << done.output;
    EXPECT_EQ(done.output, "") << tool;
    EXPECT_EQ(differences(server_.root(), out.directory()), "") << tool;
  }
}

TEST_P(LocalDiskTest, equal_servers_give_equal_archives) {
  server_.with_everything();
  const BackupId first = BackupId::random();
  const BackupId second = BackupId::random();
  create(local_.disk(), first);
  create(local_.disk(), second);
  const auto content = [&](BackupId backup) {
    const std::string bytes = local_.read_object(file_name(backup));
    if (GetParam() == archive::ArchiveFormat::kTar) return bytes;
    // All up to the index, which holds times and ids.
    return bytes.substr(0, bytes.find(std::string("\x1f\x8b\x08\x04", 4)));
  };
  EXPECT_TRUE(content(first) == content(second));
  EXPECT_GT(content(first).size(), 10'000U);
}

TEST_P(LocalDiskTest, an_archive_of_another_tool_is_listed_read_browsed_verified_and_removed) {
  server_.with_everything();
  const BackupId backup = make_foreign({"--format=posix"});
  JobContext job = context();
  const std::vector<Found> found = local_.disk().enumerate("", 10, job);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().backup, backup);
  EXPECT_FALSE(found.front().has_manifest);
  EXPECT_EQ(found.front().format, archive::info(GetParam()).name);

  {
    const std::unique_ptr<StoredBackup> stored = open(backup);
    EXPECT_FALSE(stored->manifest());
    EXPECT_FALSE(stored->expected());
    EXPECT_EQ(stored->index(), nullptr);
    const std::shared_ptr<const tree::FileTree> browsed = stored->tree();
    tree::Warnings warnings;
    tree::LiveStream live(server_.root(), {}, warnings, {});
    tree::TreeStream stream(*browsed);
    // Which name of a hard link comes first is up to the tool.
    EXPECT_EQ(tree::describe(tree::compare(live, stream, {.owners = true, .hard_links = false})), "");
  }

  const VerifyReport report = verify(backup);
  EXPECT_TRUE(report.intact) << testing::PrintToString(report.damage);
  EXPECT_FALSE(report.hashes_compared);
  EXPECT_EQ(report.files, 12U);
  local_.disk().remove({backup, {}}, job);
  EXPECT_THAT(local_.objects(), IsEmpty());
}

TEST_P(LocalDiskTest, a_cut_archive_of_another_tool_is_corrupt) {
  server_.with_everything();
  const BackupId backup = make_foreign();
  const std::string bytes = local_.read_object(file_name(backup));
  local_.write_object(file_name(backup), bytes.substr(0, bytes.size() / 2));
  EXPECT_FALSE(verify(backup).intact);
  tree::Warnings warnings;
  const auto stored = open(backup);
  const auto stream = stored->stream(warnings);
  EXPECT_EQ(error_of([&] {
              while (stream->next()) {
              }
            }),
            kCorrupt);
  local_.write_object(file_name(backup), "");
  EXPECT_FALSE(verify(backup).intact) << "the reference leaves empty files after a crash";
}

TEST_P(LocalDiskTest, directories_that_an_archive_leaves_out_can_be_browsed) {
  server_.file("x/y/z", "deep");
  const BackupId backup = BackupId::random();
  const ToolResult made = run_tool({"tar", GetParam() == archive::ArchiveFormat::kTarGz ? "-czf" : "-cf",
                                    file_path(backup), "-C", server_.path(""), "./x/y/z"});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const std::shared_ptr<const tree::FileTree> browsed = open(backup)->tree();
  EXPECT_TRUE(browsed->stat(vfs::Path::parse("x/y"))->is_directory());
  EXPECT_EQ(browsed->list({}, "", 10).front().path.bytes(), "x");
  std::vector<std::uint8_t> content(10);
  EXPECT_EQ(browsed->open(vfs::Path::parse("x/y/z"))->read_at(0, content), 4U);
}

TEST_P(LocalDiskTest, devices_in_an_archive_of_another_tool_are_told) {
  server_.file("a", "x").fifo("pipe");
  const BackupId backup = make_foreign();
  tree::Warnings warnings;
  const auto stored = open(backup);
  const auto stream = stored->stream(warnings);
  std::vector<std::string> names;
  while (const auto entry = stream->next()) names.push_back(entry->path.bytes());
  EXPECT_THAT(names, ElementsAre("a"));
  ASSERT_EQ(warnings.count(), 1U);
  EXPECT_EQ(warnings.kept().front().path, "pipe");
}

TEST_P(LocalDiskTest, formats_of_the_reference_that_are_not_read_yet_are_listed_and_refused_by_name) {
  const BackupId backup = BackupId::random();
  local_.write_object(backup.text() + ".tar.xz", "x");
  JobContext job = context();
  EXPECT_EQ(local_.disk().enumerate("", 10, job).front().format, "tar_xz");
  try {
    open(backup);
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.message(), HasSubstr("tar_gz"));
  }
  local_.disk().remove({backup, {}}, job);
  EXPECT_THAT(local_.objects(), IsEmpty());
}

TEST_P(LocalDiskTest, names_that_are_not_a_backup_are_left_alone) {
  const std::vector<std::string> names{"README.tar", "lost+found", BackupId::random().text() + ".tar.gz.part",
                                       "backup-" + BackupId::random().text() + ".tar.gz", BackupId::random().text()};
  for (const std::string& name : names) local_.write_object(name, "x");
  JobContext job = context();
  EXPECT_THAT(local_.disk().enumerate("", 10, job), IsEmpty());
  local_.disk().recover(FixedLedger());
  EXPECT_EQ(local_.objects().size(), names.size());
}

TEST_P(LocalDiskTest, when_several_formats_carry_one_backup_the_reference_s_choice_is_opened_and_all_are_removed) {
  server_.file("a", "x");
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  local_.write_object(backup.text() + ".7z", "x");
  JobContext job = context();
  ASSERT_EQ(local_.disk().enumerate("", 10, job).size(), 1U);
  EXPECT_EQ(open(backup)->raw()->format, archive::info(GetParam()).name);
  local_.disk().remove({backup, {}}, job);
  EXPECT_THAT(local_.objects(), IsEmpty());
}

TEST_P(LocalDiskTest, a_backup_that_does_not_fit_is_refused_with_the_figures) {
  server_.file("a", "x");
  SystemClock clock;
  LocalDisk cramped(
      {.directory = local_.directory().directory().duplicate(), .format = GetParam(), .keep_free = Bytes{1} << 60},
      clock);
  try {
    create(cramped, BackupId::random());
    FAIL() << "it was created";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNoSpace);
    EXPECT_THAT(error.message(), HasSubstr("free"));
  }
  EXPECT_THAT(local_.objects(), IsEmpty());
  JobContext job = context();
  const std::vector<Check> checks = cramped.check(job);
  EXPECT_TRUE(std::ranges::any_of(checks, [](const Check& check) { return check.result == Check::Result::kFailed; }));
}

TEST_P(LocalDiskTest, reads_keep_the_limit_of_the_job_and_stop_with_it) {
  server_.file("a", std::string(5'000'000, 'x'));
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  std::stop_source stop;
  JobContext job = context();
  job.stop = stop.get_token();
  job.read_bytes_per_second = 1;  // the first read is let through, and owes hours
  stop.request_stop();
  EXPECT_EQ(error_of([&] { local_.disk().open({backup, {}}, job); }), to_string(ErrorKind::kCancelled));
}

TEST_P(LocalDiskTest, recovery_sets_a_damaged_archive_of_a_dead_operation_aside) {
  server_.file("a", "x");
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  const std::string bytes = local_.read_object(file_name(backup));
  local_.write_object(file_name(backup), bytes.substr(0, bytes.size() - 100));
  local_.restart();
  const RecoveryReport report = local_.disk().recover(FixedLedger({backup}));
  EXPECT_THAT(report.completed, IsEmpty());
  ASSERT_EQ(report.set_aside.size(), 1U);
  EXPECT_THAT(local_.objects(), testing::Contains(".bad-" + file_name(backup)));
  JobContext job = context();
  EXPECT_THAT(local_.disk().enumerate("", 10, job), IsEmpty());
}

TEST_F(LocalTarGz, gzip_tools_find_nothing_to_complain_about) {
  server_.with_everything();
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  for (const std::vector<std::string>& tool : std::vector<std::vector<std::string>>{
           {"gzip", "-t"},
           {"pigz", "-t"},
           {"busybox", "gzip", "-t"},
           {"python3", "-c", "import tarfile,sys\nfor m in tarfile.open(sys.argv[1]):\n  pass"}}) {
    std::vector<std::string> argv = tool;
    argv.push_back(file_path(backup));
    const ToolResult result = run_tool(argv);
    if (result.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << tool.front() << " is not installed";
    EXPECT_EQ(result.exit_code, 0) << tool.front() << ": " << result.output;
    EXPECT_EQ(result.output, "") << tool.front();
  }
}

TEST_F(LocalTar, without_its_index_it_is_read_as_any_tar_and_with_a_wrong_one_not_at_all) {
  server_.with_everything();
  const BackupId backup = BackupId::random();
  create(local_.disk(), backup);
  local_.write_object(file_name(backup), local_.read_object(file_name(backup)) + std::string(512, '\0'));
  EXPECT_EQ(error_of([&] { open(backup); }), kCorrupt);
  local_.directory().directory().remove_file(vfs::Path::parse(backup.text() + ".index"));
  EXPECT_FALSE(open(backup)->manifest());
  EXPECT_TRUE(verify(backup).intact);
}

TEST(LocalDiskOptions, a_format_that_cannot_be_written_is_refused_at_once) {
  const vfs::TemporaryDirectory directory;
  const SystemClock clock;
  EXPECT_EQ(error_of([&] {
              LocalDisk({.directory = directory.directory().duplicate(), .format = archive::ArchiveFormat::kZip},
                        clock);
            }),
            kInvalid);
}

}  // namespace
}  // namespace strata::disks
