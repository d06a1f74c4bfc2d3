#include "strata/archive/block_compressor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include "strata/archive/gzip_member.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

// Above kStoredRatio even the fast engine is wasted time; above kFastRatio the thorough engine would win under two per
// cent. So it would where all bytes but zeros are spread evenly: packed payloads with padding between them, as in game
// regions, whose padding both engines drop. A block that turns out below kMisjudgedRatio in the fast engine was not
// what its samples said.
constexpr double kStoredRatio = 0.99;
constexpr double kFastRatio = 0.82;
constexpr double kMisjudgedRatio = 0.5;
constexpr double kEvenBits = 7.8;
constexpr std::size_t kSamples = 8;
constexpr std::size_t kSampleBytes = 8 * 1024;
constexpr std::size_t kMaxStoredBlock = 65'535;

std::size_t stored_size(std::size_t bytes) {
  const std::size_t blocks = std::max<std::size_t>(1, (bytes + kMaxStoredBlock - 1) / kMaxStoredBlock);
  return bytes + 5 * blocks;
}

/// RFC 1951 3.2.4.
void append_stored(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> data) {
  do {
    const auto piece = data.first(std::min(data.size(), kMaxStoredBlock));
    data = data.subspan(piece.size());
    out.push_back(data.empty() ? 1 : 0);
    append_le(out, piece.size(), 2);
    append_le(out, ~piece.size() & 0xffff, 2);
    out.insert(out.end(), piece.begin(), piece.end());
  } while (!data.empty());
}

double ratio(std::size_t compressed, std::size_t plain) {
  return plain == 0 ? 0.0 : static_cast<double>(compressed) / static_cast<double>(plain);
}

/// Bits of entropy for each byte that is not zero, by their frequencies.
double entropy_without_zeros(std::span<const std::uint8_t> data) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t byte : data) ++counts[byte];
  const double total = static_cast<double>(data.size() - counts[0]);
  double bits = 0;
  for (std::size_t byte = 1; byte < counts.size(); ++byte) {
    if (counts[byte] == 0) continue;
    const double share = static_cast<double>(counts[byte]) / total;
    bits -= share * std::log2(share);
  }
  return bits;
}

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

}  // namespace

struct BlockCompressor::Engines {
  explicit Engines(int level) : thorough(libdeflate_alloc_compressor(level)), fast_state(ISAL_DEF_LVL1_DEFAULT) {
    if (!thorough) throw Error(ErrorKind::kInternal, "no compressor for this level");
  }

  /// Raw deflate into `out`; 0 when it does not fit.
  std::size_t run_fast(std::span<const std::uint8_t> data, std::span<std::uint8_t> out) {
    isal_deflate_stateless_init(&fast);
    fast.level = 1;
    fast.level_buf = fast_state.data();
    fast.level_buf_size = static_cast<std::uint32_t>(fast_state.size());
    fast.end_of_stream = 1;
    fast.flush = NO_FLUSH;
    // The library's interface is not const-correct; it does not write to its input.
    fast.next_in = const_cast<std::uint8_t*>(data.data());
    fast.avail_in = static_cast<std::uint32_t>(data.size());
    fast.next_out = out.data();
    fast.avail_out = static_cast<std::uint32_t>(out.size());
    if (isal_deflate_stateless(&fast) != COMP_OK || fast.avail_in != 0) return 0;
    return fast.total_out;
  }

  std::size_t run_thorough(std::span<const std::uint8_t> data, std::span<std::uint8_t> out) {
    return libdeflate_deflate_compress(thorough.get(), data.data(), data.size(), out.data(), out.size());
  }

  std::unique_ptr<libdeflate_compressor, FreeCompressor> thorough;
  isal_zstream fast{};
  std::vector<std::uint8_t> fast_state;
  std::vector<std::uint8_t> samples;
  std::vector<std::uint8_t> trial;
};

BlockCompressor::BlockCompressor(int level) : engines_(std::make_unique<Engines>(level)) {}
BlockCompressor::~BlockCompressor() = default;

Compressibility BlockCompressor::judge(std::span<const std::uint8_t> block) {
  std::vector<std::uint8_t>& samples = engines_->samples;
  samples.clear();
  if (block.size() <= kSamples * kSampleBytes) {
    samples.assign(block.begin(), block.end());
  } else {
    const std::size_t step = (block.size() - kSampleBytes) / (kSamples - 1);
    for (std::size_t i = 0; i < kSamples; ++i) {
      const auto sample = block.subspan(i * step, kSampleBytes);
      samples.insert(samples.end(), sample.begin(), sample.end());
    }
  }
  engines_->trial.resize(stored_size(samples.size()) + ISAL_DEF_MAX_HDR_SIZE);
  const std::size_t compressed = engines_->run_fast(samples, engines_->trial);
  if (compressed == 0) return Compressibility::kNone;
  const double share = ratio(compressed, samples.size());
  if (share >= kStoredRatio) return Compressibility::kNone;
  const bool packed = share >= kFastRatio || (share >= kMisjudgedRatio && entropy_without_zeros(samples) >= kEvenBits);
  return packed ? Compressibility::kLow : Compressibility::kHigh;
}

std::vector<std::uint8_t> BlockCompressor::member(std::span<const std::uint8_t> block) {
  // What does not get smaller than the stored form does not fit, and is stored.
  const std::size_t room = stored_size(block.size()) - 1;
  std::vector<std::uint8_t> out;
  out.reserve(kGzipHeaderBytes + room + 1 + kGzipTrailerBytes);
  append_gzip_header(out);

  std::size_t compressed = 0;
  if (const Compressibility worth = judge(block); worth != Compressibility::kNone) {
    out.resize(kGzipHeaderBytes + room);
    const auto body = std::span(out).subspan(kGzipHeaderBytes);
    if (worth == Compressibility::kLow) compressed = engines_->run_fast(block, body);
    const bool misjudged = compressed != 0 && ratio(compressed, block.size()) < kMisjudgedRatio;
    if (worth == Compressibility::kHigh || misjudged) compressed = engines_->run_thorough(block, body);
    out.resize(kGzipHeaderBytes + compressed);
  }
  if (compressed == 0) append_stored(out, block);
  append_gzip_trailer(out, libdeflate_crc32(0, block.data(), block.size()), block.size());
  return out;
}

}  // namespace strata::archive
