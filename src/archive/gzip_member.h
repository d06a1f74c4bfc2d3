#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "strata/base/units.h"

namespace strata::archive {

/// The wrapping of one gzip member (RFC 1952 2.3): what parallel_gzip, gunzip, gzip_blocks and gzip_tail share.
inline constexpr std::size_t kGzipHeaderBytes = 10;             ///< without optional fields
inline constexpr std::size_t kGzipTrailerBytes = 8;             ///< CRC-32 and length modulo 2^32
inline constexpr std::size_t kMaxGzipHeaderBytes = 128 * 1024;  ///< with optional fields; ours have at most 8 KiB

/// A header without optional fields, time or file name: equal input gives equal bytes.
void append_gzip_header(std::vector<std::uint8_t>& out);
void append_gzip_trailer(std::vector<std::uint8_t>& out, std::uint32_t crc, Bytes decoded);

/// A whole member without content, whose extra field holds one subfield. `data` is at most 65,531 bytes.
std::vector<std::uint8_t> empty_gzip_member(std::string_view subfield_id, std::span<const std::uint8_t> data);
/// Bytes of an empty member beside the subfield's data: those before it and those after it.
inline constexpr std::size_t kEmptyMemberBefore = kGzipHeaderBytes + 2 + 4;
inline constexpr std::size_t kEmptyMemberAfter = 2 + kGzipTrailerBytes;

struct GzipHeader {
  std::size_t size = 0;                     ///< bytes of the header
  std::span<const std::uint8_t> subfields;  ///< the extra field; a view of the input
};

/// Reads the header at the start of `input`; nullopt when more input is needed. kCorrupt when it is no gzip header, or
/// longer than kMaxGzipHeaderBytes.
std::optional<GzipHeader> parse_gzip_header(std::span<const std::uint8_t> input);

/// True when the extra field holds a subfield of this id.
bool has_subfield(std::span<const std::uint8_t> subfields, std::string_view id);

/// Little-endian numbers of the format.
void append_le(std::vector<std::uint8_t>& out, std::uint64_t value, std::size_t bytes);
std::uint64_t load_le(std::span<const std::uint8_t> bytes);

}  // namespace strata::archive
