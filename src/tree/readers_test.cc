#include "strata/tree/readers.h"

#include <filesystem>
#include <limits>

#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

std::string read(const RangedReader& reader, Bytes offset, std::size_t count) {
  std::vector<std::uint8_t> buffer(count);
  return std::string(as_text(std::span(buffer).first(reader.read_at(offset, buffer))));
}

void expect_digits(const RangedReader& reader) {
  EXPECT_EQ(reader.size(), 10u);
  EXPECT_EQ(read(reader, 0, 10), "0123456789");
  EXPECT_EQ(read(reader, 3, 4), "3456");
  EXPECT_EQ(read(reader, 8, 100), "89");
  EXPECT_EQ(read(reader, 10, 1), "");
  EXPECT_EQ(read(reader, std::numeric_limits<Bytes>::max(), 1), "");
}

TEST(Readers, memory_files_and_sections_read_alike) {
  expect_digits(MemoryReader("0123456789"));

  const vfs::TemporaryDirectory temporary;
  vfs::write_plain(temporary.path("f"), "0123456789");
  expect_digits(FileReader(temporary.directory().open_file(vfs::Path::parse("f"))));

  const auto whole = std::make_shared<MemoryReader>("abc0123456789xyz");
  expect_digits(SectionReader(whole, 3, 10));
}

TEST(Readers, a_file_keeps_the_size_it_had) {
  const vfs::TemporaryDirectory temporary;
  vfs::write_plain(temporary.path("f"), "0123456789");
  const FileReader reader(temporary.directory().open_file(vfs::Path::parse("f")));
  std::filesystem::resize_file(temporary.path("f"), 4);
  EXPECT_EQ(reader.size(), 10u);
  EXPECT_EQ(read(reader, 2, 8), "23");
  vfs::write_plain(temporary.path("f"), "0123456789 and more");
  EXPECT_EQ(read(reader, 8, 8), "89");
}

TEST(Readers, a_section_beyond_the_end_is_damage) {
  const auto whole = std::make_shared<MemoryReader>("0123456789");
  EXPECT_NO_THROW(SectionReader(whole, 10, 0));
  EXPECT_THROW(SectionReader(whole, 11, 0), Error);
  EXPECT_THROW(SectionReader(whole, 5, 6), Error);
  EXPECT_THROW(SectionReader(whole, 5, std::numeric_limits<Bytes>::max()), Error);
}

TEST(Readers, reading_exactly_names_what_is_cut_off) {
  const MemoryReader reader("0123456789");
  std::vector<std::uint8_t> buffer(5);
  read_exactly(reader, 5, buffer, "the list");
  EXPECT_EQ(as_text(buffer), "56789");
  try {
    read_exactly(reader, 6, buffer, "the list");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    EXPECT_EQ(error.message(), "the list is cut off");
  }
}

}  // namespace
}  // namespace strata::tree
