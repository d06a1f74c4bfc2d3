#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/warnings.h"

namespace strata::archive {

/// What a tar from outside may cost (reliability 2.4). Beyond: kTooLarge.
struct TarLimits {
  std::uint64_t entries = 10'000'000;
  Bytes content = ~Bytes{0};  ///< sum of file sizes
};

/// Reads tar as an entry stream: our own, GNU tar (long names, base-256 numbers), bsdtar, pax, and what the reference
/// node writes (type bits in the mode, "./" before names, directories left out). Entries come in archive order, which
/// for archives of other tools is not Path order.
///
/// Refused, naming the entry: absolute names and ".." (kCorrupt), sparse maps and multi-volume parts (kInvalid), names
/// and headers over the limits (kTooLarge). Devices and fifos, attributes outside "user." and the POSIX ACLs become
/// warnings. An archive without its end blocks, cut content or a bad header checksum is kCorrupt, always; after the end
/// blocks only zeros may follow. One thread.
class TarReader final : public tree::EntryStream {
 public:
  /// All must outlive this. `source` gives the decoded stream.
  TarReader(ByteSource& source, tree::Warnings& warnings, TarLimits limits = {});
  ~TarReader() override;

  /// Entry::position is the offset of the content in the decoded stream.
  std::optional<tree::Entry> next() override;
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::archive
