#include "strata/archive/tar_writer.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "strata/archive/archive_fake.h"
#include "strata/archive/tar_reader.h"
#include "strata/base/encoding.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::archive {
namespace {

using tree::Entry;
using vfs::Path;

Entry file(const std::string& path, Bytes size) {
  Entry entry;
  entry.path = Path::parse(path);
  entry.size = size;
  entry.mode = 0644;
  entry.uid = 1000;
  entry.gid = 1001;
  entry.mtime_ns = 1'700'000'000'123'456'789;
  return entry;
}

Entry directory(const std::string& path) {
  Entry entry = file(path, 0);
  entry.type = vfs::Type::kDirectory;
  entry.mode = 0755;
  return entry;
}

Entry symlink(const std::string& path, const std::string& target) {
  Entry entry = file(path, 0);
  entry.type = vfs::Type::kSymlink;
  entry.mode = 0777;
  entry.link_target = target;
  return entry;
}

Entry hard_link(const std::string& path, const std::string& to) {
  Entry entry = file(path, 0);
  entry.hard_link = Path::parse(to);
  return entry;
}

/// Every regular file gets its size in letters.
std::string archive_of(const std::vector<Entry>& entries, std::vector<Bytes>* positions = nullptr) {
  MemorySink sink;
  TarWriter tar(sink);
  for (const Entry& entry : entries) {
    const Bytes position = tar.begin(entry);
    if (positions != nullptr) positions->push_back(position);
    if (entry.is_regular() && !entry.hard_link) tar.write(as_bytes(std::string(entry.size, 'c')));
  }
  tar.finish();
  EXPECT_EQ(tar.position(), sink.bytes.size());
  return sink.bytes;
}

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

/// Names and links of every kind: short and long, ASCII, UTF-8, and bytes that are no text.
std::vector<Entry> curious_entries() {
  const std::string long_ascii = repeated("a-folder-with-a-name/", 12) + "file.txt";
  const std::string long_utf8 = repeated("größe/", 30) + "datei";
  const std::string long_bytes = repeated("\xff\xfe-dir/", 30) + "f";
  std::vector<Entry> entries{directory("d"),
                             file("d/empty", 0),
                             file("d/one", 1),
                             file("d/block", 512),
                             file("d/more", 513),
                             file("d/exactly-one-hundred-bytes-" + std::string(72, 'n'), 7),
                             file("d/gr\xc3\xb6\xc3\x9f"
                                  "e",
                                  3),
                             file("d/latin-\xe9", 4),
                             file("d/new\nline", 5),
                             file("d/ a = b", 6),
                             file(long_ascii, 10),
                             file(long_utf8, 11),
                             file(long_bytes, 12),
                             directory(repeated("deep/", 40) + "end"),
                             symlink("link", "d/one"),
                             symlink("link-out", "/etc/passwd"),
                             symlink("link-long", repeated("t/", 90)),
                             symlink("link-long-bytes", repeated("\xfe/", 90)),
                             hard_link("hard", "d/one"),
                             hard_link("hard-long", long_bytes)};
  Entry odd = file("odd", 3);
  odd.mode = 07777;
  odd.uid = 4'000'000'000;
  odd.gid = 3'000'000;
  odd.mtime_ns = -2'000'000'000;  // bsdtar gets fractions before 1970 wrong
  odd.attributes = {{"user.comment", std::string("binary\0\n=", 9)}, {"user.empty", ""}, {"user.k=%e", "v"}};
  entries.push_back(odd);
  Entry late = file("late", 0);
  late.mtime_ns = 9'000'000'000'000'000'000;
  entries.push_back(late);
  return entries;
}

void expect_same(const Entry& actual, const Entry& expected) {
  EXPECT_EQ(actual.path, expected.path);
  EXPECT_EQ(actual.type, expected.type) << expected.path.bytes();
  EXPECT_EQ(actual.size, expected.size) << expected.path.bytes();
  EXPECT_EQ(actual.mode, expected.mode) << expected.path.bytes();
  EXPECT_EQ(actual.uid, expected.uid) << expected.path.bytes();
  EXPECT_EQ(actual.gid, expected.gid) << expected.path.bytes();
  EXPECT_EQ(actual.mtime_ns, expected.mtime_ns) << expected.path.bytes();
  EXPECT_EQ(actual.link_target, expected.link_target) << expected.path.bytes();
  EXPECT_EQ(actual.hard_link, expected.hard_link) << expected.path.bytes();
  EXPECT_EQ(actual.attributes, expected.attributes) << expected.path.bytes();
}

TEST(TarWriter, our_reader_gives_everything_back) {
  const std::vector<Entry> entries = curious_entries();
  std::vector<Bytes> positions;
  MemorySource source(archive_of(entries, &positions));
  tree::Warnings warnings;
  TarReader reader(source, warnings);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::optional<Entry> entry = reader.next();
    ASSERT_TRUE(entry);
    expect_same(*entry, entries[i]);
    if (entry->is_regular() && !entry->hard_link) {
      EXPECT_EQ(entry->position, positions[i]);
    }
    std::vector<std::uint8_t> content(10'000);
    EXPECT_EQ(reader.read(content), entries[i].size);
  }
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(warnings.count(), 0U);
}

TEST(TarWriter, positions_point_at_the_content) {
  std::vector<Bytes> positions;
  const std::string bytes = archive_of({directory("d"), file("d/a", 700), file("d/b", 5)}, &positions);
  EXPECT_EQ(bytes.substr(positions[1], 700), std::string(700, 'c'));
  EXPECT_EQ(bytes.substr(positions[2], 5), "ccccc");
}

TEST(TarWriter, a_size_over_8_gib_is_written_as_pax) {
  MemorySink sink;
  TarWriter tar(sink);
  tar.begin(file("huge", 9'000'000'000));
  const std::string header = sink.bytes;
  MemorySource source(header);
  tree::Warnings warnings;
  TarReader reader(source, warnings);
  EXPECT_EQ(reader.next()->size, 9'000'000'000U);
}

TEST(TarWriter, content_must_have_the_announced_size) {
  MemorySink sink;
  TarWriter tar(sink);
  tar.begin(file("a", 3));
  EXPECT_EQ(error_of([&] { tar.write(as_bytes("four")); }), to_string(ErrorKind::kInternal));
  tar.write(as_bytes("tw"));
  EXPECT_EQ(error_of([&] { tar.finish(); }), to_string(ErrorKind::kInternal));
}

TEST(TarWriter, attributes_beyond_the_limit_are_told) {
  Entry entry = file("a", 0);
  entry.attributes = {{"user.big", std::string(500'000, 'x')}};
  EXPECT_TRUE(TarWriter::holds_attributes(entry));
  entry.attributes.push_back({"user.big2", std::string(500'000, 'x')});
  EXPECT_FALSE(TarWriter::holds_attributes(entry));
}

/// What a tool lists, one "type size name" line for each entry.
class ForeignReaders : public testing::TestWithParam<const char*> {};

TEST_P(ForeignReaders, list_every_name_in_every_locale) {
  const vfs::TemporaryDirectory directory;
  std::vector<Entry> entries = curious_entries();
  std::erase_if(entries, [](const Entry& entry) { return entry.path.bytes() == "late"; });  // past the year 2242
  std::ofstream(directory.path("a.tar"), std::ios::binary) << archive_of(entries);
  for (const char* locale : {"C", "C.UTF-8"}) {
    const ToolResult listed = run_tool({GetParam(), "-tf", directory.path("a.tar")}, locale);
    if (listed.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << GetParam() << " is not installed";
    EXPECT_EQ(listed.exit_code, 0) << listed.output;
    EXPECT_EQ(std::count(listed.output.begin(), listed.output.end(), '\n'), static_cast<long>(entries.size()))
        << listed.output;
    EXPECT_EQ(listed.output.find(": "), std::string::npos) << "complaints: " << listed.output;
  }
}

TEST_P(ForeignReaders, extract_the_same_names_content_links_and_times) {
  const vfs::TemporaryDirectory directory;
  std::vector<Entry> entries = curious_entries();
  std::erase_if(entries, [](const Entry& entry) { return entry.path.bytes() == "late"; });
  std::ofstream(directory.path("a.tar"), std::ios::binary) << archive_of(entries);
  directory.directory().make_directory(Path::parse("out"));
  const ToolResult done =
      run_tool({GetParam(), "-xpf", directory.path("a.tar"), "-C", directory.path("out"), "--no-same-owner"}, "C");
  if (done.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << GetParam() << " is not installed";
  EXPECT_EQ(done.exit_code, 0) << done.output;
  const vfs::Directory out = directory.directory().open_directory(Path::parse("out"));
  for (const Entry& entry : entries) {
    const std::optional<vfs::Stat> stat = out.find(entry.path);
    ASSERT_TRUE(stat) << GetParam() << " lost " << entry.path.bytes();
    EXPECT_EQ(stat->type, entry.type) << entry.path.bytes();
    if (entry.is_regular() && !entry.hard_link) {
      EXPECT_EQ(stat->size, entry.size) << entry.path.bytes();
    }
    if (entry.is_symlink()) {
      EXPECT_EQ(out.read_link(entry.path), entry.link_target);
    }
    if (entry.hard_link) {
      EXPECT_TRUE(stat->same_object(out.stat(*entry.hard_link)));
    }
    if (entry.is_regular()) {
      EXPECT_EQ(stat->mtime_ns, entry.mtime_ns) << entry.path.bytes();
    }
    if (entry.path.bytes() == "odd") {
      EXPECT_EQ(stat->mode & 01777, 01777U) << "without the owner the set-id bits may go";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tools, ForeignReaders, testing::Values("tar", "bsdtar"));

TEST(TarWriter, python_reads_names_links_and_owners) {
  const vfs::TemporaryDirectory directory;
  const std::vector<Entry> entries = curious_entries();
  std::ofstream(directory.path("a.tar"), std::ios::binary) << archive_of(entries);
  const ToolResult result =
      run_tool({"python3", "-c",
                "import tarfile,sys\n"
                "t=tarfile.open(sys.argv[1],errors='surrogateescape')\n"
                "for m in t.getmembers():\n"
                "  print(repr(m.name.encode('utf-8','surrogateescape')),m.type,m.size,m.uid,m.mode)\n",
                directory.path("a.tar")});
  if (result.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << "python3 is not installed";
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), static_cast<long>(entries.size()))
      << result.output;
  EXPECT_NE(result.output.find("b'd/latin-\\xe9' b'0' 4 1000 420"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("b'odd' b'0' 3 4000000000 4095"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace strata::archive
