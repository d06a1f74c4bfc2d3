#pragma once

#include <memory>
#include <string_view>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/tree/ranged_reader.h"

namespace strata::archive {

/// Carries a blob (the index) at the end of a gzip file: empty members whose extra field (RFC 1952 2.3.1.1, subfield
/// "ST") holds up to 7,996 bytes each, so that the whole field stays within 8,000. Read and skipped by gzip, pigz, GNU
/// tar, bsdtar, 7-Zip, Java, Node, Go and Python at any size; BusyBox refuses fields over 16,000. A last member of
/// fixed size (subfield "SF") tells how long the blob and its members are: finding the index is one read of the
/// file's last bytes. docs/formats/indexed-tar.md.
inline constexpr Bytes kGzipFooterBytes = 62;
inline constexpr std::string_view kIndexPieceId = "ST";
inline constexpr std::string_view kIndexFooterId = "SF";

/// Appends the blob; `blob` is read in order, in small pieces.
void write_gzip_tail(ByteSink& out, const tree::RangedReader& blob);

/// The blob of a file, or nullptr when its last bytes are no footer of ours (another tool's file, or a cut one).
/// kCorrupt when the footer is ours but cannot be true. Reading the blob does not check it: the index checks itself.
std::shared_ptr<const tree::RangedReader> open_gzip_tail(std::shared_ptr<const tree::RangedReader> file);

}  // namespace strata::archive
