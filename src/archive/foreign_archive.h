#pragma once

#include <memory>
#include <stop_token>

#include "strata/archive/archive_format.h"
#include "strata/archive/gunzip.h"
#include "strata/archive/sinks.h"
#include "strata/archive/tar_reader.h"
#include "strata/tree/file_tree.h"
#include "strata/tree/ranged_reader.h"
#include "strata/tree/warnings.h"
#include "strata/vfs/directory.h"

namespace strata::archive {

/// What a foreign archive may cost: a gzip that grows more than 200 times is refused (reliability 2.4).
inline constexpr GunzipLimits kForeignLimits{.ratio = 200};

/// Decodes a stored tar or tar_gz from start to end: bytes, gzip, tar, in one object. One thread.
class DecodingStream final : public tree::EntryStream {
 public:
  /// `warnings` must outlive this.
  DecodingStream(std::shared_ptr<const tree::RangedReader> stored, ArchiveFormat format, GunzipLimits limits,
                 tree::Warnings& warnings, std::stop_token stop);

  std::optional<tree::Entry> next() override;
  std::size_t read(std::span<std::uint8_t> out) override;

  /// Pieces of an index of ours were met.
  bool saw_index() const { return gunzip_ && gunzip_->saw_index(); }
  Bytes decoded() const { return counted_.count; }

 private:
  struct Counted final : ByteSource {
    explicit Counted(ByteSource& source) : next(source) {}
    std::size_t read(std::span<std::uint8_t> out) override;
    ByteSource& next;
    Bytes count = 0;
  };

  const std::stop_token stop_;
  RangedSource source_;
  std::optional<Gunzip> gunzip_;
  Counted counted_;
  TarReader tar_;
};

/// Decodes a foreign archive once and indexes it in an unnamed file of `spill`. Directories that the archive leaves out
/// are made up (0755), at most a million of them.
std::shared_ptr<const tree::FileTree> index_foreign_archive(std::shared_ptr<const tree::RangedReader> stored,
                                                            ArchiveFormat format, vfs::Directory spill,
                                                            const std::stop_token& stop);

}  // namespace strata::archive
