#include "strata/archive/gzip_tail.h"

#include <fstream>

#include <gtest/gtest.h>

#include "strata/archive/archive_fake.h"
#include "strata/archive/gunzip.h"
#include "strata/archive/parallel_gzip.h"
#include "strata/base/encoding.h"
#include "strata/tree/readers.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::archive {
namespace {

/// A gzip file of `plain` that carries `blob`.
std::string carrying(const std::string& plain, const std::string& blob) {
  MemorySink sink;
  ParallelGzip gzip(sink, {}, {}, {});
  gzip.write(as_bytes(plain));
  gzip.finish();
  write_gzip_tail(sink, tree::MemoryReader(blob));
  return sink.bytes;
}

std::shared_ptr<const tree::RangedReader> tail_of(const std::string& bytes) {
  return open_gzip_tail(std::make_shared<tree::MemoryReader>(bytes));
}

TEST(GzipTail, the_blob_comes_back_from_any_range) {
  for (const std::size_t size : {0UL, 1UL, 7'995UL, 7'996UL, 7'997UL, 100'000UL, 5'000'000UL}) {
    const std::string blob = noise(size);
    const auto tail = tail_of(carrying("content", blob));
    ASSERT_NE(tail, nullptr);
    ASSERT_EQ(tail->size(), size);
    for (const std::size_t offset : {0UL, 1UL, 7'990UL, size / 2, size}) {
      std::vector<std::uint8_t> out(200'000);
      const std::size_t got = tail->read_at(offset, out);
      EXPECT_TRUE(as_text(std::span(out).first(got)) ==
                  std::string_view(blob).substr(std::min(offset, size), out.size()))
          << "blob of " << size << " from " << offset;
    }
  }
}

TEST(GzipTail, decoding_skips_it_and_knows_that_it_was_there) {
  MemorySource source(carrying("content", noise(50'000)));
  Gunzip gunzip(source);
  EXPECT_EQ(read_all(gunzip), "content");
  EXPECT_TRUE(gunzip.saw_index());
}

TEST(GzipTail, a_file_of_another_tool_has_none) {
  EXPECT_EQ(tail_of(""), nullptr);
  EXPECT_EQ(tail_of(noise(10'000)), nullptr);
}

TEST(GzipTail, a_footer_that_cannot_be_true_is_corrupt) {
  const std::string bytes = carrying("content", noise(50'000));
  for (std::size_t i = bytes.size() - kGzipFooterBytes; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const std::string outcome = error_of([&] { EXPECT_EQ(tail_of(damaged), nullptr); });
    EXPECT_TRUE(outcome == "no error" || outcome == to_string(ErrorKind::kCorrupt)) << outcome;
  }
  EXPECT_EQ(error_of([&] { tail_of(bytes.substr(bytes.size() - 30'000)); }), to_string(ErrorKind::kCorrupt));
}

TEST(GzipTail, other_tools_accept_the_file) {
  const vfs::TemporaryDirectory directory;
  std::ofstream(directory.path("a.gz"), std::ios::binary) << carrying(prose(2'000'000), noise(3'000'000));
  for (const std::vector<std::string>& tool : std::vector<std::vector<std::string>>{
           {"gzip", "-t"},
           {"pigz", "-t"},
           {"busybox", "gzip", "-t"},
           {"python3", "-c", "import gzip,sys\nsys.exit(len(gzip.open(sys.argv[1]).read()) != 2000000)"}}) {
    std::vector<std::string> argv = tool;
    argv.push_back(directory.path("a.gz"));
    const ToolResult result = run_tool(argv);
    if (result.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << tool.front() << " is not installed";
    EXPECT_EQ(result.exit_code, 0) << tool.front() << ": " << result.output;
  }
}

}  // namespace
}  // namespace strata::archive
