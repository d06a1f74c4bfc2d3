#include <fstream>

#include <gtest/gtest.h>

#include "strata/archive/archive_fake.h"
#include "strata/archive/block_compressor.h"
#include "strata/archive/gunzip.h"
#include "strata/archive/gzip_blocks.h"
#include "strata/archive/gzip_member.h"
#include "strata/archive/parallel_gzip.h"
#include "strata/base/encoding.h"
#include "strata/tree/readers.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::archive {
namespace {

struct Zipped {
  std::string bytes;
  std::vector<tree::RestartPoint> points;
};

Zipped zip(const std::string& plain, const GzipOptions& options = {}, std::size_t step = 100'000) {
  MemorySink sink;
  Zipped result;
  ParallelGzip gzip(sink, options, [&](const tree::RestartPoint& point) { result.points.push_back(point); }, {});
  for (std::size_t i = 0; i < plain.size(); i += step) gzip.write(as_bytes(std::string_view(plain).substr(i, step)));
  gzip.finish();
  result.bytes = sink.bytes;
  EXPECT_EQ(gzip.decoded(), plain.size());
  EXPECT_EQ(gzip.stored(), result.bytes.size());
  return result;
}

std::string unzip(const std::string& bytes, std::size_t step = ~std::size_t{0}, GunzipLimits limits = {}) {
  MemorySource source(bytes, step);
  Gunzip gunzip(source, limits);
  return read_all(gunzip);
}

std::string mixed() {
  return prose(1'500'000) + noise(700'000) + std::string(900'000, '\0') + region(1'200'000) + "end";
}

TEST(ParallelGzip, what_goes_in_comes_out) {
  for (const std::string& plain : {std::string(), std::string("x"), std::string(1'048'576, 'a'), mixed()}) {
    for (const int level : {1, 4, 6, 9}) {
      EXPECT_TRUE(unzip(zip(plain, {.level = level}).bytes) == plain) << plain.size() << " bytes, level " << level;
    }
  }
}

TEST(ParallelGzip, the_result_depends_on_neither_threads_nor_pieces_nor_memory) {
  const std::string plain = mixed();
  const std::string once = zip(plain, {.threads = 1, .memory = 1}).bytes;
  EXPECT_TRUE(once == zip(plain, {.threads = 4}, 77).bytes);
  EXPECT_TRUE(once == zip(plain, {.threads = 3, .memory = 10'000'000}, 3'000'000).bytes);
}

TEST(ParallelGzip, other_tools_accept_it) {
  const vfs::TemporaryDirectory directory;
  const std::string plain = mixed();
  std::ofstream(directory.path("a.gz"), std::ios::binary) << zip(plain).bytes;
  std::ofstream(directory.path("a"), std::ios::binary) << plain;
  for (const std::vector<std::string>& tool : std::vector<std::vector<std::string>>{
           {"gzip", "-t"},
           {"pigz", "-t"},
           {"busybox", "gzip", "-t"},
           {"python3", "-c",
            "import gzip,sys\nd=gzip.open(sys.argv[1]).read()\nsys.exit(d != open(sys.argv[1][:-3],'rb').read())"}}) {
    std::vector<std::string> argv = tool;
    argv.push_back(directory.path("a.gz"));
    const ToolResult result = run_tool(argv);
    if (result.exit_code == ToolResult::kNotInstalled) GTEST_SKIP() << tool.front() << " is not installed";
    EXPECT_EQ(result.exit_code, 0) << tool.front() << ": " << result.output;
  }
}

TEST(ParallelGzip, incompressible_data_grows_by_almost_nothing) {
  const std::string plain = noise(4'000'000);
  EXPECT_LT(zip(plain).bytes.size(), plain.size() + plain.size() / 2000);
}

TEST(ParallelGzip, an_error_of_the_sink_ends_it) {
  class FullSink final : public ByteSink {
    void write(std::span<const std::uint8_t>) override { throw Error(ErrorKind::kNoSpace, "full"); }
  } full;
  ParallelGzip gzip(full, {.block = 1000}, {}, {});
  const std::string plain = noise(100'000);
  EXPECT_EQ(error_of([&] { gzip.write(as_bytes(plain)); }), to_string(ErrorKind::kNoSpace));
  EXPECT_EQ(error_of([&] { gzip.finish(); }), to_string(ErrorKind::kInternal));
}

TEST(ParallelGzip, a_stop_request_ends_it) {
  std::stop_source stop;
  MemorySink sink;
  ParallelGzip gzip(sink, {.block = 1000}, {}, stop.get_token());
  gzip.write(as_bytes("some text"));
  stop.request_stop();
  EXPECT_EQ(error_of([&] { gzip.write(as_bytes("more")); }), to_string(ErrorKind::kCancelled));
}

TEST(ParallelGzip, options_out_of_range_are_refused) {
  MemorySink sink;
  for (const GzipOptions& bad : {GzipOptions{.level = 0}, GzipOptions{.level = 10}, GzipOptions{.threads = 0},
                                 GzipOptions{.block = 0}, GzipOptions{.block = 17 * 1024 * 1024}}) {
    EXPECT_EQ(error_of([&] { ParallelGzip(sink, bad, {}, {}); }), to_string(ErrorKind::kInvalid));
  }
}

TEST(BlockCompressor, tells_packed_data_from_text) {
  BlockCompressor compressor(6);
  EXPECT_EQ(compressor.judge(as_bytes(noise(1'000'000))), Compressibility::kNone);
  EXPECT_EQ(compressor.judge(as_bytes(region(1'000'000))), Compressibility::kLow);
  EXPECT_EQ(compressor.judge(as_bytes(prose(1'000'000))), Compressibility::kHigh);
  EXPECT_EQ(compressor.judge({}), Compressibility::kHigh);
}

TEST(GzipBlocks, any_range_can_be_read) {
  const std::string plain = mixed();
  const Zipped zipped = zip(plain, {.block = 100'000});
  ASSERT_EQ(zipped.points.size(), plain.size() / 100'000 + 2);
  const GzipBlocks blocks(std::make_shared<tree::MemoryReader>(zipped.bytes), zipped.points);
  ASSERT_EQ(blocks.size(), plain.size());
  for (const std::size_t offset : {0UL, 99'999UL, 100'000UL, 2'345'678UL, plain.size() - 1, plain.size()}) {
    std::vector<std::uint8_t> out(250'000);
    const std::size_t got = blocks.read_at(offset, out);
    EXPECT_TRUE(as_text(std::span(out).first(got)) == std::string_view(plain).substr(offset, out.size())) << offset;
  }
}

TEST(GzipBlocks, blocks_between_distant_points_are_read_together) {
  const std::string plain = mixed();
  const Zipped zipped = zip(plain, {.block = 50'000});
  std::vector<tree::RestartPoint> few;
  for (std::size_t i = 0; i + 1 < zipped.points.size(); i += 7) few.push_back(zipped.points[i]);
  few.push_back(zipped.points.back());
  const GzipBlocks blocks(std::make_shared<tree::MemoryReader>(zipped.bytes), few);
  std::vector<std::uint8_t> out(plain.size());
  EXPECT_EQ(blocks.read_at(0, out), plain.size());
  EXPECT_TRUE(as_text(out) == plain);
}

TEST(GzipBlocks, every_flipped_bit_is_found_or_harmless) {
  const std::string plain = prose(30'000) + noise(5'000);
  const Zipped zipped = zip(plain, {.block = 10'000});
  for (std::size_t bit = 0; bit < zipped.bytes.size() * 8; bit += 13) {
    std::string damaged = zipped.bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const GzipBlocks blocks(std::make_shared<tree::MemoryReader>(damaged), zipped.points);
    std::vector<std::uint8_t> out(plain.size());
    const std::string outcome = error_of([&] { blocks.read_at(0, out); });
    EXPECT_TRUE(outcome == to_string(ErrorKind::kCorrupt) || as_text(out) == plain) << "bit " << bit;
  }
}

TEST(GzipBlocks, points_that_cannot_be_true_are_refused) {
  const auto bytes = std::make_shared<tree::MemoryReader>(std::string(1000, 'x'));
  using Points = std::vector<tree::RestartPoint>;
  for (const Points& bad :
       {Points{}, Points{{0, 0}}, Points{{1, 0}, {5, 5}}, Points{{0, 0}, {5, 1001}}, Points{{0, 0}, {5, 5}, {5, 9}},
        Points{{0, 0}, {5, 5}, {9, 5}}, Points{{0, 0}, {1ULL << 40, 5}}}) {
    EXPECT_EQ(error_of([&] { GzipBlocks(bytes, bad); }), to_string(ErrorKind::kCorrupt));
  }
}

TEST(Gunzip, input_may_come_byte_by_byte) {
  const std::string plain = prose(20'000);
  EXPECT_EQ(unzip(zip(plain, {.block = 3000}).bytes, 1), plain);
}

TEST(Gunzip, headers_with_name_comment_and_checksum_are_read) {
  const std::string member = zip("hello").bytes;
  std::string header = member.substr(0, 10);
  header[3] = static_cast<char>(2 | 4 | 8 | 16);
  header += std::string(
                "\x03\x00"
                "abc",
                5) +
            std::string("name.txt\0", 9) + std::string("a comment\0", 10) + "cc";
  EXPECT_EQ(unzip(header + member.substr(10), 1), "hello");
}

TEST(Gunzip, a_cut_anywhere_is_corrupt) {
  const std::string bytes = zip(prose(5'000), {.block = 2'000}).bytes;
  std::size_t complete = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string outcome = error_of([&] { unzip(bytes.substr(0, size)); });
    if (outcome == "no error")
      ++complete;
    else
      EXPECT_EQ(outcome, to_string(ErrorKind::kCorrupt)) << size;
  }
  EXPECT_EQ(complete, 2U) << "only the two ends of earlier members look complete";
}

TEST(Gunzip, zeros_may_follow_and_nothing_else) {
  const std::string bytes = zip("hello").bytes;
  EXPECT_EQ(unzip(bytes + std::string(700'000, '\0')), "hello");
  EXPECT_EQ(error_of([&] { unzip(bytes + std::string(700'000, '\0') + "x"); }), to_string(ErrorKind::kCorrupt));
  EXPECT_EQ(error_of([&] { unzip(bytes + "garbage follows"); }), to_string(ErrorKind::kCorrupt));
  EXPECT_EQ(error_of([&] { unzip(std::string(100, '\0')); }), to_string(ErrorKind::kCorrupt));
}

TEST(Gunzip, a_header_without_end_is_corrupt) {
  std::string header = zip("hello").bytes.substr(0, 10);
  header[3] = 8;
  EXPECT_EQ(error_of([&] { unzip(header + std::string(2'000'000, 'n')); }), to_string(ErrorKind::kCorrupt));
}

TEST(Gunzip, bombs_are_refused) {
  const std::string bomb = zip(std::string(200'000'000, '\0'), {.level = 9}).bytes;
  const GunzipLimits by_ratio{.ratio = 200};
  EXPECT_EQ(error_of([&] { unzip(bomb, 4096, by_ratio); }), to_string(ErrorKind::kTooLarge));
  EXPECT_EQ(error_of([&] { unzip(bomb, 4096, {.output = 1'000'000}); }), to_string(ErrorKind::kTooLarge));
}

}  // namespace
}  // namespace strata::archive
