#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "strata/base/units.h"

namespace strata::archive {

/// The 512-byte header block of tar (POSIX.1-2017 pax, "ustar Interchange Format"; GNU and old tar differ in the magic
/// and in base-256 numbers). What tar_writer and tar_reader share.
inline constexpr std::size_t kTarBlock = 512;
using TarBlock = std::array<std::uint8_t, kTarBlock>;

/// Typeflags that mean something here.
namespace tar_type {
inline constexpr char kRegular = '0';
inline constexpr char kRegularOld = '\0';
inline constexpr char kHardLink = '1';
inline constexpr char kSymlink = '2';
inline constexpr char kCharDevice = '3';
inline constexpr char kBlockDevice = '4';
inline constexpr char kDirectory = '5';
inline constexpr char kFifo = '6';
inline constexpr char kContiguous = '7';
inline constexpr char kPax = 'x';
inline constexpr char kPaxGlobal = 'g';
inline constexpr char kGnuLongName = 'L';
inline constexpr char kGnuLongLink = 'K';
inline constexpr char kGnuSparse = 'S';
inline constexpr char kGnuMultiVolume = 'M';
inline constexpr char kGnuVolumeLabel = 'V';
}  // namespace tar_type

inline constexpr std::size_t kTarNameBytes = 100;
inline constexpr std::uint64_t kTarMaxSize = 077777777777;  ///< also of times
inline constexpr std::uint64_t kTarMaxId = 07777777;        ///< also of modes

/// The fields as they stand in a block; numbers decoded.
struct TarHeader {
  std::string name;  ///< with the ustar prefix
  std::uint32_t mode = 0;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  Bytes size = 0;
  std::int64_t mtime = 0;  ///< seconds
  char type = tar_type::kRegular;
  std::string link_name;
};

/// `name` and `link_name` are cut to 100 bytes and numbers clamped: what does not fit is said elsewhere (pax, GNU long
/// name).
TarBlock encode_tar_header(const TarHeader& header);

bool is_zero_block(const TarBlock& block);

/// kCorrupt when the checksum does not hold or a number cannot be read.
TarHeader decode_tar_header(const TarBlock& block);

/// Bytes up to the next block boundary.
constexpr std::size_t tar_padding(Bytes size) {
  return static_cast<std::size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

}  // namespace strata::archive
