#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "strata/base/units.h"

namespace strata::archive {

/// The formats of the reference node ("archive_format" on the wire), in the order in which a stored backup is
/// looked for.
enum class ArchiveFormat { kTar, kTarGz, kTarXz, kTarBz2, kTarLz4, kTarZstd, kTarLzip, kZip, kSevenZip };

struct FormatInfo {
  ArchiveFormat format;
  std::string_view name;        ///< on the wire: "tar_gz"
  std::string_view extension;   ///< without the leading dot: "tar.gz"
  std::string_view media_type;  ///< "application/gzip"
  bool supported;               ///< this version reads and writes it
};

/// All formats, in order of preference when several files carry the same backup.
std::span<const FormatInfo> all_formats();
const FormatInfo& info(ArchiveFormat format);

/// By its name on the wire. kInvalid names the known ones.
ArchiveFormat parse_format(std::string_view name);

/// The format of a file name by its extension ("a.tar.gz" is tar_gz). nullopt when it is none.
std::optional<ArchiveFormat> format_of_file(std::string_view file_name);

/// kInvalid with the names of the supported formats when this version cannot read or write `format`.
void require_supported(ArchiveFormat format);

/// How much time to spend on size, as the reference names it.
enum class CompressionLevel { kBestSpeed, kGoodSpeed, kGoodCompression, kBestCompression };

/// "best_speed", "good_speed", "good_compression", "best_compression"; kInvalid otherwise.
CompressionLevel parse_compression_level(std::string_view name);
std::string_view to_string(CompressionLevel level);

/// 1, 4, 6, 9.
int deflate_level(CompressionLevel level);

}  // namespace strata::archive
