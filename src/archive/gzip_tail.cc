#include "strata/archive/gzip_tail.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <libdeflate.h>

#include "strata/archive/gzip_member.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/readers.h"

namespace strata::archive {
namespace {

constexpr std::size_t kPieceBytes = 8000 - 4;
constexpr std::size_t kMemberBytes = kEmptyMemberBefore + kPieceBytes + kEmptyMemberAfter;
constexpr std::string_view kFooterMagic = "STRATAIX";
constexpr std::uint64_t kFooterVersion = 1;
/// magic 8, version 4, piece bytes 4, blob bytes 8, bytes of the members that carry it 8, CRC-32 of these 4.
constexpr std::size_t kFooterData = 36;
static_assert(kEmptyMemberBefore + kFooterData + kEmptyMemberAfter == kGzipFooterBytes);

/// Bytes of the members that carry `blob` bytes.
Bytes carried_size(Bytes blob) {
  const Bytes whole = blob / kPieceBytes;
  const Bytes rest = blob % kPieceBytes;
  return whole * kMemberBytes + (rest == 0 ? 0 : kEmptyMemberBefore + rest + kEmptyMemberAfter);
}

/// The blob without the member headers between its pieces.
class CarriedBlob final : public tree::RangedReader {
 public:
  CarriedBlob(std::shared_ptr<const tree::RangedReader> file, Bytes start, Bytes size)
      : file_(std::move(file)), start_(start), size_(size) {}

  Bytes size() const override { return size_; }

  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    out = out.first(static_cast<std::size_t>(std::min<Bytes>(out.size(), size_ - offset)));
    std::size_t done = 0;
    while (done < out.size()) done += read_some(offset + done, out.subspan(done));
    return done;
  }

 private:
  /// One read of the file covers many pieces: on a distant store each read is a request.
  static constexpr std::size_t kPiecesAtOnce = 256;

  std::size_t read_some(Bytes offset, std::span<std::uint8_t> out) const {
    const Bytes first = offset / kPieceBytes;
    const std::size_t skip = static_cast<std::size_t>(offset % kPieceBytes);
    const std::size_t wanted = std::min(out.size(), kPiecesAtOnce * kPieceBytes - skip);
    const std::size_t pieces = (skip + wanted + kPieceBytes - 1) / kPieceBytes;
    const std::size_t last_bytes = skip + wanted - (pieces - 1) * kPieceBytes;
    std::vector<std::uint8_t> raw((pieces - 1) * kMemberBytes + kEmptyMemberBefore + last_bytes);
    tree::read_exactly(*file_, start_ + first * kMemberBytes, raw, "the index of the archive");
    std::size_t done = 0;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      const std::size_t from = piece == 0 ? skip : 0;
      const std::size_t to = piece + 1 == pieces ? last_bytes : kPieceBytes;
      std::memcpy(out.data() + done, raw.data() + piece * kMemberBytes + kEmptyMemberBefore + from, to - from);
      done += to - from;
    }
    return done;
  }

  std::shared_ptr<const tree::RangedReader> file_;
  Bytes start_;
  Bytes size_;
};

std::vector<std::uint8_t> footer_member(Bytes blob_bytes) {
  std::vector<std::uint8_t> data;
  const auto magic = as_bytes(kFooterMagic);
  data.insert(data.end(), magic.begin(), magic.end());
  append_le(data, kFooterVersion, 4);
  append_le(data, kPieceBytes, 4);
  append_le(data, blob_bytes, 8);
  append_le(data, carried_size(blob_bytes), 8);
  append_le(data, libdeflate_crc32(0, data.data(), data.size()), 4);
  return empty_gzip_member(kIndexFooterId, data);
}

}  // namespace

void write_gzip_tail(ByteSink& out, const tree::RangedReader& blob) {
  std::vector<std::uint8_t> piece(kPieceBytes);
  for (Bytes offset = 0; offset < blob.size(); offset += kPieceBytes) {
    piece.resize(static_cast<std::size_t>(std::min<Bytes>(kPieceBytes, blob.size() - offset)));
    tree::read_exactly(blob, offset, piece, "the index");
    out.write(empty_gzip_member(kIndexPieceId, piece));
  }
  out.write(footer_member(blob.size()));
}

std::shared_ptr<const tree::RangedReader> open_gzip_tail(std::shared_ptr<const tree::RangedReader> file) {
  const Bytes file_size = file->size();
  if (file_size < kGzipFooterBytes) return nullptr;
  std::array<std::uint8_t, kGzipFooterBytes> member{};
  tree::read_exactly(*file, file_size - member.size(), member, "the end of the archive");
  const auto data = std::span<const std::uint8_t>(member).subspan(kEmptyMemberBefore, kFooterData);
  if (as_text(data.first(kFooterMagic.size())) != kFooterMagic) return nullptr;

  const auto damaged = [] {
    return Error(ErrorKind::kCorrupt, "the index at the end of the archive is damaged: its footer does not hold");
  };
  if (load_le(data.subspan(32, 4)) != libdeflate_crc32(0, data.data(), 32)) throw damaged();
  if (load_le(data.subspan(8, 4)) != kFooterVersion || load_le(data.subspan(12, 4)) != kPieceBytes) {
    throw Error(ErrorKind::kInvalid, "the index of the archive is of a newer version of Strata");
  }
  const Bytes blob = load_le(data.subspan(16, 8));
  const Bytes carried = load_le(data.subspan(24, 8));
  if (blob > file_size || carried != carried_size(blob) || carried > file_size - kGzipFooterBytes ||
      !std::ranges::equal(member, footer_member(blob))) {
    throw damaged();
  }
  return std::make_shared<CarriedBlob>(std::move(file), file_size - kGzipFooterBytes - carried, blob);
}

}  // namespace strata::archive
