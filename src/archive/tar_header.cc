#include "strata/archive/tar_header.h"

#include <algorithm>
#include <cstring>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kMtime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kLinkName{157, 100};
constexpr Field kMagic{257, 6};
constexpr Field kPrefix{345, 155};
constexpr std::string_view kUstarMagic("ustar\0", 6);
constexpr std::string_view kUstarVersion = "00";

void put_text(TarBlock& block, Field field, std::string_view text) {
  std::memcpy(block.data() + field.offset, text.data(), std::min(field.size, text.size()));
}

/// Octal digits filled with zeros, and a NUL.
void put_octal(TarBlock& block, Field field, std::uint64_t value) {
  for (std::size_t i = field.size - 1; i > 0; --i) {
    block[field.offset + i - 1] = static_cast<std::uint8_t>('0' + (value & 7));
    value >>= 3;
  }
}

std::string text(const TarBlock& block, Field field) {
  const auto bytes = std::span(block).subspan(field.offset, field.size);
  return std::string(bytes.begin(), std::ranges::find(bytes, std::uint8_t{0}));
}

[[noreturn]] void throw_bad_number() {
  throw Error(ErrorKind::kCorrupt, "damaged tar header: a number cannot be read");
}

/// Octal with leading spaces, ended by a space or NUL; or GNU's base-256 (first bit set, two's complement).
std::int64_t number(const TarBlock& block, Field field) {
  const auto bytes = std::span(block).subspan(field.offset, field.size);
  if ((bytes[0] & 0x80) != 0) {
    const bool negative = (bytes[0] & 0x40) != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    const std::uint8_t fill = negative ? 0xff : 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::uint8_t byte =
          i == 0 ? static_cast<std::uint8_t>((bytes[0] & 0x7f) | (negative ? 0x80 : 0)) : bytes[i];
      if (bytes.size() - i > 8) {
        if (byte != fill) throw_bad_number();
        continue;
      }
      value = value << 8 | byte;
    }
    if (negative != ((value >> 63) != 0)) throw_bad_number();
    return static_cast<std::int64_t>(value);
  }
  std::size_t i = 0;
  while (i < bytes.size() && bytes[i] == ' ') ++i;
  std::int64_t value = 0;
  for (; i < bytes.size() && bytes[i] != ' ' && bytes[i] != 0; ++i) {
    if (bytes[i] < '0' || bytes[i] > '7') throw_bad_number();
    value = value * 8 + (bytes[i] - '0');
  }
  return value;
}

std::uint64_t natural(const TarBlock& block, Field field) {
  const std::int64_t value = number(block, field);
  if (value < 0) throw_bad_number();
  return static_cast<std::uint64_t>(value);
}

/// Sum of all bytes with the checksum field as spaces; old tars added signed bytes.
template <class Byte>
std::int64_t checksum(const TarBlock& block) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool inside = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    sum += inside ? ' ' : static_cast<Byte>(block[i]);
  }
  return sum;
}

}  // namespace

TarBlock encode_tar_header(const TarHeader& header) {
  TarBlock block{};
  put_text(block, kName, header.name);
  put_octal(block, kMode, header.mode & 07777);
  put_octal(block, kUid, std::min(header.uid, kTarMaxId));
  put_octal(block, kGid, std::min(header.gid, kTarMaxId));
  put_octal(block, kSize, std::min(header.size, kTarMaxSize));
  put_octal(
      block, kMtime,
      static_cast<std::uint64_t>(std::clamp(header.mtime, std::int64_t{0}, static_cast<std::int64_t>(kTarMaxSize))));
  block[kType] = static_cast<std::uint8_t>(header.type);
  put_text(block, kLinkName, header.link_name);
  put_text(block, kMagic, kUstarMagic);
  put_text(block, {kMagic.offset + kMagic.size, kUstarVersion.size()}, kUstarVersion);
  // Six digits, NUL, space: what all tars write.
  put_octal(block, {kChecksum.offset, kChecksum.size - 1}, static_cast<std::uint64_t>(checksum<std::uint8_t>(block)));
  block[kChecksum.offset + kChecksum.size - 1] = ' ';
  return block;
}

bool is_zero_block(const TarBlock& block) {
  return std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; });
}

TarHeader decode_tar_header(const TarBlock& block) {
  const std::int64_t recorded = number(block, kChecksum);
  if (recorded != checksum<std::uint8_t>(block) && recorded != checksum<std::int8_t>(block)) {
    throw Error(ErrorKind::kCorrupt, "damaged tar header: its checksum does not hold");
  }
  TarHeader header;
  header.name = text(block, kName);
  header.mode = static_cast<std::uint32_t>(natural(block, kMode));
  header.uid = natural(block, kUid);
  header.gid = natural(block, kGid);
  header.size = natural(block, kSize);
  header.mtime = number(block, kMtime);
  header.type = static_cast<char>(block[kType]);
  header.link_name = text(block, kLinkName);
  // GNU's own magic ("ustar  ") has other things where ustar has the prefix.
  if (as_text(std::span(block).subspan(kMagic.offset, kMagic.size)) == kUstarMagic) {
    const std::string prefix = text(block, kPrefix);
    if (!prefix.empty()) header.name = prefix + "/" + header.name;
  }
  return header;
}

}  // namespace strata::archive
