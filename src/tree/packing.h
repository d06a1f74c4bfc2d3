#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Internal to this room: numbers and texts as bytes, and bytes that are not trusted back again. Numbers are little
/// endian; a varint has 7 bits in each byte, lowest first, the top bit says that more follow.
namespace strata::tree {

void pack_u32(std::string& out, std::uint32_t value);
void pack_u64(std::string& out, std::uint64_t value);
void pack_varint(std::string& out, std::uint64_t value);
/// A varint length, then the bytes.
void pack_text(std::string& out, std::string_view text);

/// Reads what was packed. Every call throws kCorrupt ("<what> is damaged: ...") instead of reading past the end.
class Unpacker {
 public:
  /// `bytes` must outlive this; `what` names the object in messages.
  Unpacker(std::string_view bytes, std::string_view what) : bytes_(bytes), what_(what) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() { return fixed(8); }
  std::uint64_t varint();
  /// A varint that must not exceed `limit`.
  std::uint64_t varint_up_to(std::uint64_t limit);
  std::string_view text(std::size_t limit) { return take(static_cast<std::size_t>(varint_up_to(limit))); }
  std::string_view take(std::size_t count);

  bool at_end() const { return bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }
  /// Throws unless everything was read.
  void expect_end() const;
  [[noreturn]] void fail(std::string_view why) const;

 private:
  std::uint64_t fixed(std::size_t count);
  std::string_view bytes_;
  std::string_view what_;
};

/// The first eight bytes of SHA-256: notices damage, proves nothing against an attacker.
using ShortChecksum = std::array<std::uint8_t, 8>;
ShortChecksum short_checksum(std::string_view bytes);

/// One zstd frame (level 3).
std::string compress(std::string_view bytes);
/// kCorrupt unless `frame` decodes to exactly `size` bytes. Allocates `size`: bound it before.
std::string decompress(std::string_view frame, std::size_t size, std::string_view what);

}  // namespace strata::tree
