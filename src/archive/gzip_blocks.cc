#include "strata/archive/gzip_blocks.h"

#include <algorithm>
#include <list>
#include <mutex>

#include <fmt/format.h>
#include <libdeflate.h>

#include "strata/base/error.h"
#include "strata/tree/readers.h"

namespace strata::archive {
namespace {

using Block = std::vector<std::uint8_t>;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

/// Decodes the members in `stored`, which together are exactly `decoded` bytes.
Block decode(std::span<const std::uint8_t> stored, std::size_t decoded, Bytes offset) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> engine(libdeflate_alloc_decompressor());
  if (!engine) throw Error(ErrorKind::kInternal, "cannot start a gzip decoder");
  Block block(decoded);
  std::size_t in = 0;
  std::size_t out = 0;
  while (in < stored.size()) {
    std::size_t used = 0;
    std::size_t made = 0;
    const auto result = libdeflate_gzip_decompress_ex(engine.get(), stored.data() + in, stored.size() - in,
                                                      block.data() + out, block.size() - out, &used, &made);
    if (result != LIBDEFLATE_SUCCESS || used == 0) break;
    in += used;
    out += made;
  }
  if (in != stored.size() || out != decoded) {
    throw Error(ErrorKind::kCorrupt, fmt::format("damaged gzip stream: the block at byte {} cannot be decoded or does "
                                                 "not match its checksum",
                                                 offset));
  }
  return block;
}

}  // namespace

struct GzipBlocks::Implementation {
  std::shared_ptr<const Block> block(std::size_t number);

  std::shared_ptr<const tree::RangedReader> stored;
  std::vector<tree::RestartPoint> points;
  std::mutex mutex;
  /// Most recently used first; guarded by mutex.
  std::list<std::pair<std::size_t, std::shared_ptr<const Block>>> cache;
};

/// Two threads that miss the same block decode it twice; nobody waits for another's read.
std::shared_ptr<const Block> GzipBlocks::Implementation::block(std::size_t number) {
  {
    const std::lock_guard lock(mutex);
    const auto found = std::ranges::find(cache, number, [](const auto& item) { return item.first; });
    if (found != cache.end()) {
      cache.splice(cache.begin(), cache, found);
      return cache.front().second;
    }
  }
  const tree::RestartPoint& from = points[number];
  const tree::RestartPoint& to = points[number + 1];
  std::vector<std::uint8_t> raw(static_cast<std::size_t>(to.stored - from.stored));
  tree::read_exactly(*stored, from.stored, raw, "the archive");
  auto decoded =
      std::make_shared<const Block>(decode(raw, static_cast<std::size_t>(to.decoded - from.decoded), from.stored));
  const std::lock_guard lock(mutex);
  cache.emplace_front(number, decoded);
  if (cache.size() > kCachedBlocks) cache.pop_back();
  return decoded;
}

GzipBlocks::GzipBlocks(std::shared_ptr<const tree::RangedReader> stored, std::vector<tree::RestartPoint> points)
    : implementation_(std::make_unique<Implementation>()) {
  const auto require = [](bool holds) {
    if (!holds) throw Error(ErrorKind::kCorrupt, "the index of the archive is damaged: its blocks cannot be true");
  };
  require(points.size() >= 2 && points.front().decoded == 0 && points.front().stored == 0 &&
          points.back().stored <= stored->size());
  for (std::size_t i = 1; i < points.size(); ++i) {
    const tree::RestartPoint& from = points[i - 1];
    const tree::RestartPoint& to = points[i];
    require(from.decoded < to.decoded || (points.size() == 2 && to.decoded == 0));
    require(from.stored < to.stored && to.decoded - from.decoded <= kMaxSpan &&
            to.stored - from.stored <= 2 * kMaxSpan);
  }
  implementation_->stored = std::move(stored);
  implementation_->points = std::move(points);
}

GzipBlocks::~GzipBlocks() = default;

Bytes GzipBlocks::size() const {
  return implementation_->points.back().decoded;
}

std::size_t GzipBlocks::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  const std::vector<tree::RestartPoint>& points = implementation_->points;
  std::size_t done = 0;
  while (done < out.size() && offset + done < size()) {
    const Bytes at = offset + done;
    const auto after = std::ranges::upper_bound(points, at, {}, &tree::RestartPoint::decoded);
    const std::size_t number = static_cast<std::size_t>(after - points.begin()) - 1;
    const auto block = implementation_->block(number);
    const auto rest = std::span(*block).subspan(static_cast<std::size_t>(at - points[number].decoded));
    const std::size_t piece = std::min(rest.size(), out.size() - done);
    std::copy_n(rest.begin(), piece, out.begin() + static_cast<std::ptrdiff_t>(done));
    done += piece;
  }
  return done;
}

}  // namespace strata::archive
