#include "strata/archive/index_sidecar.h"

#include <algorithm>
#include <array>
#include <vector>

#include <libdeflate.h>

#include "strata/archive/gzip_member.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/readers.h"

namespace strata::archive {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr std::string_view kMagic = "STRATASC";
constexpr std::uint64_t kVersion = 1;
/// magic 8, version 4, archive bytes 8, SHA-1 of the archive 20, CRC-32 of these 4; numbers little-endian.
constexpr std::size_t kFooterBytes = 44;

}  // namespace

void write_index_sidecar(ByteSink& out, const tree::RangedReader& blob, const ArchiveSeal& seal) {
  std::vector<std::uint8_t> piece;
  for (Bytes offset = 0; offset < blob.size(); offset += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<Bytes>(kPieceBytes, blob.size() - offset)));
    tree::read_exactly(blob, offset, piece, "the index");
    out.write(piece);
  }
  std::vector<std::uint8_t> footer;
  const auto magic = as_bytes(kMagic);
  footer.insert(footer.end(), magic.begin(), magic.end());
  append_le(footer, kVersion, 4);
  append_le(footer, seal.size, 8);
  footer.insert(footer.end(), seal.sha1.begin(), seal.sha1.end());
  append_le(footer, libdeflate_crc32(0, footer.data(), footer.size()), 4);
  out.write(footer);
}

IndexSidecar open_index_sidecar(std::shared_ptr<const tree::RangedReader> file) {
  if (file->size() < kFooterBytes) throw Error(ErrorKind::kCorrupt, "the index beside the archive is cut off");
  std::array<std::uint8_t, kFooterBytes> bytes{};
  const Bytes blob_size = file->size() - bytes.size();
  tree::read_exactly(*file, blob_size, bytes, "the index beside the archive");
  const std::span<const std::uint8_t> footer(bytes);
  if (as_text(footer.first(8)) != kMagic || load_le(footer.subspan(40, 4)) != libdeflate_crc32(0, bytes.data(), 40)) {
    throw Error(ErrorKind::kCorrupt, "the index beside the archive is damaged: its footer does not hold");
  }
  if (load_le(footer.subspan(8, 4)) != kVersion) {
    throw Error(ErrorKind::kInvalid, "the index beside the archive is of a newer version of Strata");
  }
  IndexSidecar sidecar;
  sidecar.seal.size = load_le(footer.subspan(12, 8));
  std::ranges::copy(footer.subspan(20, 20), sidecar.seal.sha1.begin());
  sidecar.blob = std::make_shared<tree::SectionReader>(std::move(file), 0, blob_size);
  return sidecar;
}

}  // namespace strata::archive
