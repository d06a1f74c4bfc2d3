#include "strata/tree/packing.h"

#include <algorithm>

#include <zstd.h>

#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::tree {

namespace {

constexpr int kCompressionLevel = 3;

void pack_fixed(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

void pack_u32(std::string& out, std::uint32_t value) {
  pack_fixed(out, value, 4);
}

void pack_u64(std::string& out, std::uint64_t value) {
  pack_fixed(out, value, 8);
}

void pack_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void pack_text(std::string& out, std::string_view text) {
  pack_varint(out, text.size());
  out += text;
}

std::uint64_t Unpacker::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = u8();
    const std::uint64_t bits = byte & 0x7f;
    if (shift == 63 && bits > 1) break;
    value |= bits << shift;
    if ((byte & 0x80) == 0) return value;
  }
  fail("a number has more than 64 bits");
}

std::uint64_t Unpacker::varint_up_to(std::uint64_t limit) {
  const std::uint64_t value = varint();
  if (value > limit) fail("a number is beyond its limit");
  return value;
}

std::string_view Unpacker::take(std::size_t count) {
  if (count > bytes_.size()) fail("it ends too early");
  const auto taken = bytes_.substr(0, count);
  bytes_.remove_prefix(count);
  return taken;
}

void Unpacker::expect_end() const {
  if (!bytes_.empty()) fail("it has bytes too many");
}

void Unpacker::fail(std::string_view why) const {
  throw Error(ErrorKind::kCorrupt, std::string(what_) + " is damaged: " + std::string(why));
}

std::uint64_t Unpacker::fixed(std::size_t count) {
  std::uint64_t value = 0;
  const auto bytes = take(count);
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

ShortChecksum short_checksum(std::string_view bytes) {
  const auto digest = crypto::sha256(bytes);
  ShortChecksum checksum{};
  std::copy_n(digest.begin(), checksum.size(), checksum.begin());
  return checksum;
}

std::string compress(std::string_view bytes) {
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(frame.data(), frame.size(), bytes.data(), bytes.size(), kCompressionLevel);
  if (ZSTD_isError(size) != 0) {
    throw Error(ErrorKind::kInternal, std::string("compressing the file list: ") + ZSTD_getErrorName(size));
  }
  frame.resize(size);
  return frame;
}

std::string decompress(std::string_view frame, std::size_t size, std::string_view what) {
  std::string bytes(size, '\0');
  const std::size_t got = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    throw Error(ErrorKind::kCorrupt, std::string(what) + " is damaged: it cannot be decompressed");
  }
  return bytes;
}

}  // namespace strata::tree
