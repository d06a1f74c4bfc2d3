#include "strata/archive/gzip_member.h"

#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::uint8_t kMagic1 = 0x1f;
constexpr std::uint8_t kMagic2 = 0x8b;
constexpr std::uint8_t kDeflate = 8;
constexpr std::uint8_t kFlagHeaderCrc = 2;
constexpr std::uint8_t kFlagExtra = 4;
constexpr std::uint8_t kFlagName = 8;
constexpr std::uint8_t kFlagComment = 16;
constexpr std::uint8_t kFlagsReserved = 0xe0;
constexpr std::uint8_t kSystemUnix = 3;

void append_header(std::vector<std::uint8_t>& out, std::uint8_t flags) {
  out.insert(out.end(), {kMagic1, kMagic2, kDeflate, flags, 0, 0, 0, 0, 0, kSystemUnix});
}

}  // namespace

void append_le(std::vector<std::uint8_t>& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t load_le(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

void append_gzip_header(std::vector<std::uint8_t>& out) {
  append_header(out, 0);
}

void append_gzip_trailer(std::vector<std::uint8_t>& out, std::uint32_t crc, Bytes decoded) {
  append_le(out, crc, 4);
  append_le(out, decoded & 0xffffffff, 4);
}

std::vector<std::uint8_t> empty_gzip_member(std::string_view subfield_id, std::span<const std::uint8_t> data) {
  constexpr std::size_t kMaxData = 65'535 - 4;
  if (subfield_id.size() != 2 || data.size() > kMaxData) {
    throw Error(ErrorKind::kInternal, "a gzip subfield has two characters of id and at most 65,531 bytes");
  }
  std::vector<std::uint8_t> member;
  member.reserve(kEmptyMemberBefore + data.size() + kEmptyMemberAfter);
  append_header(member, kFlagExtra);
  append_le(member, data.size() + 4, 2);
  const auto id = as_bytes(subfield_id);
  member.insert(member.end(), id.begin(), id.end());
  append_le(member, data.size(), 2);
  member.insert(member.end(), data.begin(), data.end());
  member.insert(member.end(), {0x03, 0x00});  // one final, empty block with fixed codes
  append_gzip_trailer(member, 0, 0);
  return member;
}

std::optional<GzipHeader> parse_gzip_header(std::span<const std::uint8_t> input) {
  if (input.size() < kGzipHeaderBytes) return std::nullopt;
  const std::uint8_t flags = input[3];
  if (input[0] != kMagic1 || input[1] != kMagic2 || input[2] != kDeflate || (flags & kFlagsReserved) != 0) {
    throw Error(ErrorKind::kCorrupt, "not a gzip stream, or damaged: a member header was expected");
  }
  GzipHeader header;
  std::size_t at = kGzipHeaderBytes;
  const auto incomplete = [&]() -> std::optional<GzipHeader> {
    if (input.size() < kMaxGzipHeaderBytes) return std::nullopt;
    throw Error(ErrorKind::kCorrupt, "damaged gzip stream: a member header is too long");
  };
  if ((flags & kFlagExtra) != 0) {
    if (input.size() < at + 2) return std::nullopt;
    const std::size_t size = load_le(input.subspan(at, 2));
    at += 2;
    if (input.size() < at + size) return std::nullopt;
    header.subfields = input.subspan(at, size);
    at += size;
  }
  for (const std::uint8_t text : {kFlagName, kFlagComment}) {
    if ((flags & text) == 0) continue;
    const auto rest = input.subspan(at);
    const auto end = std::ranges::find(rest, std::uint8_t{0});
    if (end == rest.end()) return incomplete();
    at += static_cast<std::size_t>(end - rest.begin()) + 1;
  }
  if ((flags & kFlagHeaderCrc) != 0) at += 2;
  if (at > input.size()) return std::nullopt;
  header.size = at;
  return header;
}

bool has_subfield(std::span<const std::uint8_t> subfields, std::string_view id) {
  while (subfields.size() >= 4) {
    if (as_text(subfields.first(2)) == id) return true;
    const std::size_t size = 4 + load_le(subfields.subspan(2, 2));
    if (size > subfields.size()) return false;
    subfields = subfields.subspan(size);
  }
  return false;
}

}  // namespace strata::archive
