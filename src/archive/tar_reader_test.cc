#include "strata/archive/tar_reader.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/archive/archive_fake.h"
#include "strata/archive/pax.h"
#include "strata/archive/tar_header.h"
#include "strata/base/encoding.h"
#include "strata/vfs/publish.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::archive {
namespace {

using testing::ElementsAre;

/// An archive put together by hand, so that it can be wrong.
class HandMade {
 public:
  HandMade& add(TarHeader header, const std::string& content = {}) {
    if (header.size == 0) header.size = content.size();
    append(encode_tar_header(header));
    bytes_ += content;
    bytes_.resize((bytes_.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
    return *this;
  }
  HandMade& file(const std::string& name, const std::string& content = "content") {
    return add({.name = name, .mode = 0644}, content);
  }
  HandMade& pax(const std::string& records, char type = tar_type::kPax) {
    return add({.name = "pax", .type = type}, records);
  }
  HandMade& raw(const TarBlock& block) {
    append(block);
    return *this;
  }
  std::string end() const { return bytes_ + std::string(2 * kTarBlock, '\0'); }
  const std::string& without_end() const { return bytes_; }

 private:
  void append(const TarBlock& block) { bytes_.append(block.begin(), block.end()); }
  std::string bytes_;
};

struct Read {
  std::vector<std::string> names;
  std::map<std::string, tree::Entry> entries;
  std::map<std::string, std::string> content;
  std::vector<tree::Warning> warnings;
};

Read read(const std::string& bytes, TarLimits limits = {}, std::size_t step = ~std::size_t{0}) {
  MemorySource source(bytes, step);
  tree::Warnings warnings;
  TarReader reader(source, warnings, limits);
  Read result;
  while (const std::optional<tree::Entry> entry = reader.next()) {
    const std::string& name = entry->path.bytes();
    result.names.push_back(name);
    result.entries.emplace(name, *entry);
    std::vector<std::uint8_t> buffer(100);
    while (const std::size_t got = reader.read(buffer)) result.content[name] += as_text(std::span(buffer).first(got));
  }
  result.warnings = warnings.kept();
  return result;
}

std::string kind_of(const std::string& bytes, TarLimits limits = {}) {
  return error_of([&] { read(bytes, limits); });
}

const std::string kCorrupt(to_string(ErrorKind::kCorrupt));
const std::string kTooLarge(to_string(ErrorKind::kTooLarge));
const std::string kInvalid(to_string(ErrorKind::kInvalid));

TEST(TarReader, reads_what_the_reference_node_writes) {
  // Type bits in the mode, whole seconds, directories left out, "./" before names.
  const std::string bytes = HandMade()
                                .add({.name = "./world/level.dat", .mode = 0100644, .mtime = 1'700'000'000}, "level")
                                .add({.name = "./plugins/", .mode = 040755, .type = tar_type::kDirectory})
                                .end();
  const Read result = read(bytes);
  EXPECT_THAT(result.names, ElementsAre("world/level.dat", "plugins"));
  EXPECT_EQ(result.entries.at("world/level.dat").mode, 0644U);
  EXPECT_EQ(result.entries.at("world/level.dat").mtime_ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(result.content.at("world/level.dat"), "level");
  EXPECT_TRUE(result.entries.at("plugins").is_directory());
}

TEST(TarReader, the_root_itself_is_no_entry) {
  EXPECT_THAT(read(HandMade().add({.name = "./", .type = tar_type::kDirectory}).file(".//a/./b").end()).names,
              ElementsAre("a/b"));
}

TEST(TarReader, names_that_lead_outside_are_refused) {
  EXPECT_EQ(kind_of(HandMade().file("/etc/passwd").end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().file("../up").end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().file("a/../../up").end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().pax("11 path=/x\n").file("harmless").end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().add({.name = "x", .type = tar_type::kGnuLongName}, "../x").file("harmless").end()),
            kCorrupt);
  EXPECT_EQ(kind_of(HandMade().add({.name = "l", .type = tar_type::kHardLink, .link_name = "../x"}).end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().add({.name = "l", .type = tar_type::kHardLink, .link_name = "l"}).end()), kCorrupt);
}

TEST(TarReader, a_name_with_a_nul_byte_is_refused) {
  EXPECT_EQ(kind_of(HandMade().pax(std::string("12 path=a\0b\n", 12)).file("harmless").end()), kCorrupt);
}

TEST(TarReader, names_over_the_limits_are_refused) {
  const auto with_path = [](const std::string& path) {
    return HandMade().add({.name = "x", .type = tar_type::kGnuLongName}, path).file("harmless").end();
  };
  std::string deep;
  for (int i = 0; i < 129; ++i) deep += "d/";
  EXPECT_EQ(kind_of(with_path(std::string(255, 'n'))), "no error");
  EXPECT_EQ(kind_of(with_path(std::string(256, 'n'))), kTooLarge);
  EXPECT_EQ(kind_of(with_path(deep + "f")), kTooLarge);
  EXPECT_EQ(kind_of(HandMade().pax(std::string(1024 * 1024 + 1, 'x')).file("a").end()), kTooLarge);
}

TEST(TarReader, the_number_of_entries_is_limited) {
  HandMade many;
  for (int i = 0; i < 10; ++i) many.file("f" + std::to_string(i));
  EXPECT_EQ(kind_of(many.end(), {.entries = 10}), "no error");
  EXPECT_EQ(kind_of(many.end(), {.entries = 9}), kTooLarge);
  HandMade endless;
  for (int i = 0; i < 50; ++i) endless.pax("9 uid=12\n");
  EXPECT_EQ(kind_of(endless.file("f").end(), {.entries = 10}), kTooLarge);
}

TEST(TarReader, the_sum_of_sizes_is_limited) {
  const std::string bytes = HandMade().file("a", std::string(600, 'a')).file("b", std::string(600, 'b')).end();
  EXPECT_EQ(kind_of(bytes, {.content = 1200}), "no error");
  EXPECT_EQ(kind_of(bytes, {.content = 1199}), kTooLarge);
}

TEST(TarReader, a_cut_anywhere_is_corrupt) {
  const std::string bytes = HandMade().pax("9 uid=12\n").file("a", std::string(700, 'a')).file("b").end();
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_EQ(kind_of(bytes.substr(0, size)), kCorrupt) << size;
  EXPECT_EQ(kind_of(bytes), "no error");
}

TEST(TarReader, only_zeros_may_follow_the_end) {
  const std::string bytes = HandMade().file("a").end();
  EXPECT_EQ(kind_of(bytes + std::string(9'000, '\0')), "no error");
  EXPECT_EQ(kind_of(bytes + "x"), kCorrupt);
  EXPECT_EQ(kind_of(bytes + std::string(100'000, '\0') + "x"), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().raw(TarBlock{}).file("a").end()), kCorrupt) << "a lone zero block inside";
}

TEST(TarReader, a_damaged_header_is_corrupt) {
  std::string bytes = HandMade().file("a").end();
  for (std::size_t i = 0; i < 345; ++i) {
    if (i == 154 || i == 155) continue;  // what ends the checksum's digits says nothing
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    EXPECT_EQ(kind_of(damaged), kCorrupt) << "byte " << i;
  }
}

TEST(TarReader, a_size_that_the_archive_does_not_have_is_corrupt) {
  EXPECT_EQ(kind_of(HandMade().add({.name = "a", .size = 1'000'000}).end()), kCorrupt);
  EXPECT_EQ(kind_of(HandMade().pax("29 size=18446744073709551615\n").file("a").end()), kCorrupt);
}

TEST(TarReader, numbers_in_base_256_are_read) {
  TarBlock block = encode_tar_header({.name = "a"});
  const auto set = [&](std::size_t offset, std::size_t size, std::uint64_t value, bool negative) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t shift = 8 * (size - 1 - i);
      const std::uint64_t byte = shift >= 64 ? (negative ? 0xff : 0) : value >> shift & 0xff;
      block[offset + i] = static_cast<std::uint8_t>(byte);
    }
    block[offset] = static_cast<std::uint8_t>(negative ? 0xff : 0x80);
    int sum = 8 * ' ';
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (i < 148 || i >= 156) sum += block[i];
    }
    std::snprintf(reinterpret_cast<char*>(block.data() + 148), 8, "%06o", static_cast<unsigned>(sum) & 0777777U);
  };
  set(108, 8, 3'000'000'000, false);
  set(136, 12, static_cast<std::uint64_t>(-5), true);
  const Read result = read(HandMade().raw(block).end());
  EXPECT_EQ(result.entries.at("a").uid, 3'000'000'000U);
  EXPECT_EQ(result.entries.at("a").mtime_ns, -5'000'000'000);
  set(108, 8, 1ULL << 40, false);
  EXPECT_EQ(kind_of(HandMade().raw(block).end()), kCorrupt) << "an owner beyond 32 bits";
  set(108, 8, static_cast<std::uint64_t>(-1), true);
  EXPECT_EQ(kind_of(HandMade().raw(block).end()), kCorrupt) << "a negative owner";
}

TEST(TarReader, devices_and_fifos_are_left_out_with_a_warning) {
  const Read result = read(HandMade()
                               .add({.name = "dev/sda", .type = tar_type::kBlockDevice})
                               .add({.name = "dev/tty", .type = tar_type::kCharDevice})
                               .add({.name = "pipe", .type = tar_type::kFifo})
                               .add({.name = "unknown", .type = 'Q'}, "with content")
                               .file("a")
                               .end());
  EXPECT_THAT(result.names, ElementsAre("a"));
  EXPECT_EQ(result.warnings.size(), 4U);
  EXPECT_EQ(result.warnings.front().path, "dev/sda");
}

TEST(TarReader, sparse_maps_are_refused) {
  EXPECT_EQ(kind_of(HandMade().add({.name = "a", .type = tar_type::kGnuSparse}).end()), kInvalid);
  EXPECT_EQ(kind_of(HandMade().pax("22 GNU.sparse.major=1\n").file("a").end()), kInvalid);
}

TEST(TarReader, foreign_attributes_are_left_out_with_a_warning) {
  PaxRecords records;
  records.attributes = {{"user.b", "2"}, {"security.selinux", "label"}, {"trusted.x", "1"}, {"user.a", "1"}};
  const Read result = read(HandMade().pax(records.encode()).file("a").end());
  EXPECT_THAT(result.entries.at("a").attributes,
              ElementsAre(vfs::ExtendedAttribute{"user.a", "1"}, vfs::ExtendedAttribute{"user.b", "2"}));
  EXPECT_EQ(result.warnings.size(), 2U);
}

TEST(TarReader, pax_speaks_about_one_entry_and_global_pax_about_all) {
  const Read result =
      read(HandMade().pax("9 uid=12\n", tar_type::kPaxGlobal).file("a").pax("9 gid=34\n").file("b").file("c").end());
  EXPECT_EQ(result.entries.at("a").uid, 12U);
  EXPECT_EQ(result.entries.at("b").uid, 12U);
  EXPECT_EQ(result.entries.at("b").gid, 34U);
  EXPECT_EQ(result.entries.at("c").gid, 0U);
}

TEST(TarReader, damaged_pax_records_are_corrupt) {
  for (const std::string bad : {"x", "999999999999999999999999 a=b\n", "5 a=b", "6 a=b\n", "7 a=b\n ", "4 a\n", "0 \n",
                                "10 uid=x1\n", "13 mtime=1.x\n", "12 mtime=--\n"}) {
    EXPECT_EQ(kind_of(HandMade().pax(bad).file("a").end()), bad == "6 a=b\n" ? "no error" : kCorrupt) << bad;
  }
}

TEST(TarReader, times_of_any_length_are_read) {
  const auto time_of = [](const std::string& value) {
    const std::string record = std::to_string(value.size() + (value.size() > 1 ? 10 : 9)) + " mtime=" + value + "\n";
    PaxRecords records;
    records.apply(record);
    return records.mtime_ns.value();
  };
  EXPECT_EQ(time_of("1700000000"), 1'700'000'000'000'000'000);
  EXPECT_EQ(time_of("1.5"), 1'500'000'000);
  EXPECT_EQ(time_of("-1.5"), -1'500'000'000);
  EXPECT_EQ(time_of("0.1234567899999"), 123'456'789);
  EXPECT_EQ(time_of("99999999999999"), std::numeric_limits<std::int64_t>::max());
}

TEST(TarReader, input_may_come_byte_by_byte) {
  EXPECT_EQ(read(HandMade().file("a", prose(5'000)).end(), {}, 1).content.at("a"), prose(5'000));
}

TEST(TarReader, random_damage_never_gives_other_content_than_the_tar_says) {
  const std::string bytes = HandMade().pax("9 uid=12\n").file("a", prose(3'000)).file("b").end();
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    std::string damaged = bytes;
    const std::string random = noise(8, seed);
    damaged[static_cast<std::uint8_t>(random[0]) * 256 % damaged.size() + static_cast<std::uint8_t>(random[1]) % 256] =
        random[2];
    error_of([&] { read(damaged); });  // an Error or a result; anything else fails the test
  }
}

/// Archives of other tools over a real tree.
struct Tool {
  const char* name;
  std::vector<std::string> argv;
};
class ForeignWriters : public testing::TestWithParam<Tool> {};

TEST_P(ForeignWriters, are_read) {
  const vfs::TemporaryDirectory directory;
  const std::string long_name = "folder/" + std::string(120, 'n') + "/" + std::string(90, 'm');
  const bool short_only = std::string(GetParam().name).find("ustar") != std::string::npos;
  const std::vector<std::string> names{"folder/a", "folder/empty",
                                       "folder/gr\xc3\xb6\xc3\x9f"
                                       "e",
                                       short_only ? "folder/x" : long_name};
  directory.directory().make_directory(vfs::Path::parse("in"));
  const vfs::Directory in = directory.directory().open_directory(vfs::Path::parse("in"));
  for (const std::string& name : names) {
    const vfs::Path path = vfs::Path::parse(name);
    in.make_directories(path.parent());
    in.create_file(path, 0640).write(as_bytes(name.ends_with("empty") ? "" : "content of " + name));
    in.set_mtime(path, 1'600'000'000'000'000'000);
  }
  in.make_symlink(vfs::Path::parse("link"), "folder/a");
  in.make_hard_link(vfs::Path::parse("folder/a"), vfs::Path::parse("hard"));

  std::vector<std::string> argv = GetParam().argv;
  argv.insert(argv.end(), {"-cf", directory.path("a.tar"), "-C", directory.path("in"), "."});
  const ToolResult made = run_tool(argv);
  if (made.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << argv.front() << " is not installed";
  ASSERT_EQ(made.exit_code, 0) << made.output;

  const Read result = read(vfs::read_small_file(directory.directory(), vfs::Path::parse("a.tar"), 1'000'000));
  EXPECT_TRUE(result.warnings.empty());
  int hard_links = 0;
  for (const std::string& name : names) {
    ASSERT_TRUE(result.entries.contains(name)) << name;
    const tree::Entry& entry = result.entries.at(name);
    if (entry.hard_link) {
      ++hard_links;
      continue;
    }
    EXPECT_EQ(entry.mode, 0640U);
    EXPECT_EQ(entry.mtime_ns, 1'600'000'000'000'000'000);
    const auto content = result.content.find(name);
    EXPECT_EQ(content == result.content.end() ? "" : content->second,
              name.ends_with("empty") ? "" : "content of " + name);
  }
  ASSERT_TRUE(result.entries.contains("hard"));
  EXPECT_EQ(hard_links + (result.entries.at("hard").hard_link ? 1 : 0), 1);
  EXPECT_EQ(result.entries.at("link").link_target, "folder/a");
  EXPECT_TRUE(result.entries.at("folder").is_directory());
}

INSTANTIATE_TEST_SUITE_P(
    Tools, ForeignWriters,
    testing::Values(Tool{"gnu_tar_gnu", {"tar", "--format=gnu"}}, Tool{"gnu_tar_oldgnu", {"tar", "--format=oldgnu"}},
                    Tool{"gnu_tar_pax", {"tar", "--format=posix", "--xattrs", "--acls"}},
                    Tool{"gnu_tar_ustar", {"tar", "--format=ustar"}}, Tool{"bsdtar_pax", {"bsdtar", "--format=pax"}},
                    Tool{"bsdtar_gnu", {"bsdtar", "--format=gnutar"}},
                    Tool{"bsdtar_ustar", {"bsdtar", "--format=ustar"}}, Tool{"busybox", {"busybox", "tar"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace strata::archive
