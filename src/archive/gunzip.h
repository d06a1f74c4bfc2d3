#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"

namespace strata::archive {

/// What a gzip stream from outside may cost (reliability 2.4). Beyond: kTooLarge.
struct GunzipLimits {
  Bytes output = ~Bytes{0};
  /// Output per stored byte, looked at after `ratio_after` bytes of output; 0: not looked at. Deflate cannot exceed
  /// 1032.
  std::uint64_t ratio = 0;
  Bytes ratio_after = 64 * 1024 * 1024;
};

/// Decodes a gzip stream of one or many members in one pass, empty members with extra fields (our index) included.
/// Length and CRC-32 of every member are checked before its end is reported. Cut or damaged input and anything but
/// members (or zeros after the last, as tapes leave them) is kCorrupt. One thread.
class Gunzip final : public ByteSource {
 public:
  /// `source` must outlive this.
  explicit Gunzip(ByteSource& source, GunzipLimits limits = {});
  ~Gunzip() override;
  std::size_t read(std::span<std::uint8_t> out) override;

  /// A member that carries a piece of our index was seen: the file is ours, even when its footer cannot be read.
  bool saw_index() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::archive
