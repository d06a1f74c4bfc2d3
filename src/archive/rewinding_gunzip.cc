#include "strata/archive/rewinding_gunzip.h"

#include <algorithm>
#include <vector>

#include "strata/archive/sinks.h"
#include "strata/base/error.h"

namespace strata::archive {

struct RewindingGunzip::Pass {
  Pass(std::shared_ptr<const tree::RangedReader> stored, GunzipLimits limits)
      : source(std::move(stored)), gunzip(source, limits) {}

  void read_whole(std::span<std::uint8_t> out) {
    while (!out.empty()) {
      const std::size_t got = gunzip.read(out);
      if (got == 0) throw Error(ErrorKind::kCorrupt, "the archive became shorter while it was read");
      position += got;
      out = out.subspan(got);
    }
  }

  RangedSource source;
  Gunzip gunzip;
  Bytes position = 0;
};

std::size_t RewindingGunzip::read_at(Bytes offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  out = out.first(static_cast<std::size_t>(std::min<Bytes>(out.size(), size_ - offset)));
  const std::lock_guard lock(mutex_);
  // A pass that ended with an error is not gone on with.
  std::shared_ptr<Pass> pass = std::move(pass_);
  if (!pass || offset < pass->position) pass = std::make_shared<Pass>(stored_, limits_);
  std::vector<std::uint8_t> skipped(64 * 1024);
  while (pass->position < offset) {
    pass->read_whole(
        std::span(skipped).first(static_cast<std::size_t>(std::min<Bytes>(skipped.size(), offset - pass->position))));
  }
  pass->read_whole(out);
  pass_ = std::move(pass);
  return out.size();
}

}  // namespace strata::archive
