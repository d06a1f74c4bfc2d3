#include "strata/archive/archive_format.h"

#include <array>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::array<FormatInfo, 9> kFormats{{
    {ArchiveFormat::kTar, "tar", "tar", "application/x-tar", true},
    {ArchiveFormat::kTarGz, "tar_gz", "tar.gz", "application/gzip", true},
    {ArchiveFormat::kTarXz, "tar_xz", "tar.xz", "application/x-xz", false},
    {ArchiveFormat::kTarBz2, "tar_bz2", "tar.bz2", "application/x-bzip2", false},
    {ArchiveFormat::kTarLz4, "tar_lz4", "tar.lz4", "application/x-lz4", false},
    {ArchiveFormat::kTarZstd, "tar_zstd", "tar.zst", "application/zstd", false},
    {ArchiveFormat::kTarLzip, "tar_lzip", "tar.lz", "application/x-lzip", false},
    {ArchiveFormat::kZip, "zip", "zip", "application/zip", false},
    {ArchiveFormat::kSevenZip, "seven_zip", "7z", "application/x-7z-compressed", false},
}};

constexpr std::array<std::string_view, 4> kLevels{"best_speed", "good_speed", "good_compression", "best_compression"};
constexpr std::array<int, 4> kDeflateLevels{1, 4, 6, 9};

std::string names(bool supported_only) {
  std::string text;
  for (const FormatInfo& format : kFormats) {
    if (supported_only && !format.supported) continue;
    if (!text.empty()) text += ", ";
    text += format.name;
  }
  return text;
}

}  // namespace

std::span<const FormatInfo> all_formats() {
  return kFormats;
}

const FormatInfo& info(ArchiveFormat format) {
  return kFormats.at(static_cast<std::size_t>(format));
}

ArchiveFormat parse_format(std::string_view name) {
  for (const FormatInfo& format : kFormats) {
    if (format.name == name) return format.format;
  }
  throw Error(ErrorKind::kInvalid, fmt::format("unknown archive format '{}': use one of {}", name, names(false)));
}

std::optional<ArchiveFormat> format_of_file(std::string_view file_name) {
  // No extension of the table is the end of another after a dot, so the order does not matter.
  for (const FormatInfo& format : kFormats) {
    const std::string suffix = "." + std::string(format.extension);
    if (file_name.size() > suffix.size() && file_name.ends_with(suffix)) return format.format;
  }
  return std::nullopt;
}

void require_supported(ArchiveFormat format) {
  if (info(format).supported) return;
  throw Error(ErrorKind::kInvalid,
              fmt::format("this version does not read or write archives of format '{}': use one of {}",
                          info(format).name, names(true)));
}

CompressionLevel parse_compression_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] == name) return static_cast<CompressionLevel>(i);
  }
  throw Error(ErrorKind::kInvalid,
              fmt::format("unknown compression level '{}': use one of {}", name, fmt::join(kLevels, ", ")));
}

std::string_view to_string(CompressionLevel level) {
  return kLevels.at(static_cast<std::size_t>(level));
}

int deflate_level(CompressionLevel level) {
  return kDeflateLevels.at(static_cast<std::size_t>(level));
}

}  // namespace strata::archive
