#pragma once

#include <memory>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/crypto/digest.h"
#include "strata/tree/ranged_reader.h"

namespace strata::archive {

/// Which archive a sidecar belongs to.
struct ArchiveSeal {
  Bytes size = 0;
  crypto::Sha1Bytes sha1{};  ///< of all stored bytes: what the reference reports as the backup's checksum
};

/// The index of an archive that cannot carry it (plain tar has no place that decoders skip): the blob, then a footer
/// that says which archive it describes. docs/formats/indexed-tar.md.
struct IndexSidecar {
  std::shared_ptr<const tree::RangedReader> blob;
  ArchiveSeal seal;
};

/// `blob` is read in order, in small pieces.
void write_index_sidecar(ByteSink& out, const tree::RangedReader& blob, const ArchiveSeal& seal);

/// kCorrupt when the footer does not hold. The blob checks itself when it is read as an index.
IndexSidecar open_index_sidecar(std::shared_ptr<const tree::RangedReader> file);

}  // namespace strata::archive
