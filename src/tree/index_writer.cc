#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/index.h"
#include "strata/tree/index_sorter.h"
#include "strata/tree/index_tail.h"

namespace strata::tree {

struct IndexWriter::Implementation {
  Implementation(const vfs::Directory& spill, Bytes memory) : sorter(spill, memory), blob(spill, memory) {}

  void write_block();

  IndexSorter sorter;
  SpillBuffer blob;
  BlockBuilder block;
  crypto::Digest list_digest{crypto::Algorithm::kSha256};
  IndexTail tail;
  /// One restart point of so many is kept.
  std::size_t stride = 1;
  std::size_t offered = 0;
  RestartPoint last_offered;
};

void IndexWriter::Implementation::write_block() {
  if (block.empty()) return;
  BlockInfo info;
  info.first_path = block.first_path();
  const std::string decoded = block.take();
  list_digest.update(decoded);
  const std::string stored = compress(decoded);
  info.offset = blob.size();
  info.stored = static_cast<std::uint32_t>(stored.size());
  info.decoded = static_cast<std::uint32_t>(decoded.size());
  info.checksum = short_checksum(stored);
  blob.append(stored);
  tail.blocks.push_back(std::move(info));
}

IndexWriter::IndexWriter(const vfs::Directory& spill, Bytes memory)
    : implementation_(std::make_unique<Implementation>(spill, memory)) {}

IndexWriter::~IndexWriter() = default;

void IndexWriter::add(const Entry& entry) {
  implementation_->sorter.add(entry.path.bytes(), encode_body(entry));
}

void IndexWriter::add_restart_point(const RestartPoint& point) {
  auto& self = *implementation_;
  if (point.decoded < self.last_offered.decoded || point.stored < self.last_offered.stored) {
    throw Error(ErrorKind::kInternal, "restart points of an index must rise");
  }
  self.last_offered = point;
  if (self.offered++ % self.stride != 0) return;
  auto& points = self.tail.restart_points;
  points.push_back(point);
  if (points.size() < kMaxRestartPoints) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points.size(); i += 2) points[kept++] = points[i];
  points.resize(kept);
  self.stride *= 2;
}

const RangedReader& IndexWriter::finish(Manifest& manifest) {
  auto& self = *implementation_;
  RootHash root;
  manifest.entries = manifest.files = manifest.content_bytes = 0;
  self.sorter.finish([&](std::string_view path, std::string_view body) {
    const Entry entry = decode_body(path, body);
    root.add(entry);
    ++manifest.entries;
    if (!entry.is_directory()) ++manifest.files;
    if (!entry.hard_link) manifest.content_bytes += entry.size;
    if (self.block.add(path, body)) return;
    self.write_block();
    self.block.add(path, body);
  });
  self.write_block();
  manifest.list_digest = finish_hash(self.list_digest);
  manifest.root_hash = root.finish();
  // The last point tells where the carrier ends: it stays, however many were dropped.
  auto& points = self.tail.restart_points;
  if (!points.empty() && points.back().stored != self.last_offered.stored) points.push_back(self.last_offered);
  self.tail.entries = manifest.entries;
  self.tail.manifest = manifest;
  self.blob.append(self.tail.encode());
  return self.blob;
}

}  // namespace strata::tree
