#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/block_cache.h"
#include "strata/tree/index.h"
#include "strata/tree/index_tail.h"
#include "strata/tree/readers.h"

namespace strata::tree {

namespace {

constexpr std::string_view kWhat = "the file list of the backup";
/// 128 blocks of the usual size.
constexpr Bytes kCacheBytes = 8 * 1024 * 1024;
/// A pass over everything fetches neighbouring blocks together: on an object store each read is a request.
constexpr Bytes kReadAheadBytes = 1024 * 1024;

std::string decode_block(const BlockInfo& info, std::string_view stored) {
  if (short_checksum(stored) != info.checksum) {
    throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is damaged: the checksum of a block does not hold");
  }
  std::string decoded = decompress(stored, info.decoded, kWhat);
  BlockScanner scanner(decoded);
  if (!scanner.next() || scanner.path() != info.first_path) {
    throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is damaged: a block is not the one that was listed");
  }
  return decoded;
}

}  // namespace

struct IndexReader::Implementation {
  explicit Implementation(std::shared_ptr<const RangedReader> bytes)
      : blob(std::move(bytes)), tail(IndexTail::read(*blob)) {}

  std::string read_stored(Bytes offset, Bytes size) const {
    std::string stored(static_cast<std::size_t>(size), '\0');
    read_exactly(*blob, offset, {reinterpret_cast<std::uint8_t*>(stored.data()), stored.size()}, kWhat);
    return stored;
  }

  BlockCache::Block block(std::size_t number) const {
    if (auto cached = cache.find(number)) return cached;
    const BlockInfo& info = tail.blocks[number];
    auto decoded = std::make_shared<const std::string>(decode_block(info, read_stored(info.offset, info.stored)));
    cache.put(number, decoded);
    return decoded;
  }

  /// The block where `key` stands if it is there: the last one that does not begin after it.
  std::size_t block_of(const ListKey& key) const {
    const auto after = std::upper_bound(
        tail.blocks.begin(), tail.blocks.end(), key,
        [](const ListKey& wanted, const BlockInfo& info) { return wanted < ListKey::of(info.first_path); });
    return after == tail.blocks.begin() ? 0 : static_cast<std::size_t>(after - tail.blocks.begin()) - 1;
  }

  const std::shared_ptr<const RangedReader> blob;
  const IndexTail tail;
  mutable BlockCache cache{kCacheBytes};
};

IndexReader::IndexReader(std::shared_ptr<const RangedReader> blob)
    : implementation_(std::make_unique<Implementation>(std::move(blob))) {}

IndexReader::~IndexReader() = default;

const Manifest& IndexReader::manifest() const {
  return implementation_->tail.manifest;
}

const std::vector<RestartPoint>& IndexReader::restart_points() const {
  return implementation_->tail.restart_points;
}

std::optional<Entry> IndexReader::find(const vfs::Path& path) const {
  const auto& self = *implementation_;
  if (path.is_root()) {
    Entry root;
    root.type = vfs::Type::kDirectory;
    root.mode = 0755;
    return root;
  }
  if (self.tail.blocks.empty()) return std::nullopt;
  const auto wanted = ListKey::of(path.bytes());
  const auto block = self.block(self.block_of(wanted));
  BlockScanner scanner(*block);
  while (scanner.next()) {
    const auto order = scanner.key() <=> wanted;
    if (order == 0) return scanner.entry();
    if (order > 0) break;
  }
  return std::nullopt;
}

std::vector<Entry> IndexReader::list(const vfs::Path& directory, std::string_view after, std::size_t limit) const {
  const auto& self = *implementation_;
  const ListKey start{directory.bytes(), after};
  std::vector<Entry> entries;
  bool done = limit == 0;
  for (std::size_t number = self.block_of(start); !done && number < self.tail.blocks.size(); ++number) {
    const auto block = self.block(number);
    BlockScanner scanner(*block);
    while (!done && scanner.next()) {
      if (scanner.key() <= start) continue;
      if (scanner.key().directory != directory.bytes()) {
        done = true;
      } else {
        entries.push_back(scanner.entry());
        done = entries.size() == limit;
      }
    }
  }
  if (!entries.empty()) return entries;
  // Nothing: an empty directory or the end of one, or a mistake of the caller.
  const auto found = find(directory);
  const std::string name = "'" + to_readable_utf8(directory.bytes()) + "'";
  if (!found) throw Error(ErrorKind::kNotFound, name + " is not in the backup");
  if (!found->is_directory()) throw Error(ErrorKind::kInvalid, name + " is not a directory");
  return entries;
}

void IndexReader::for_each(const std::function<bool(const Entry&)>& visit) const {
  const auto& self = *implementation_;
  const auto& blocks = self.tail.blocks;
  crypto::Digest digest(crypto::Algorithm::kSha256);
  std::uint64_t entries = 0;
  std::string last;
  for (std::size_t first = 0; first < blocks.size();) {
    std::size_t end = first;
    Bytes size = 0;
    while (end < blocks.size() && (end == first || size + blocks[end].stored <= kReadAheadBytes)) {
      size += blocks[end++].stored;
    }
    const std::string stored = self.read_stored(blocks[first].offset, size);
    std::string_view rest = stored;
    for (; first < end; ++first) {
      const std::string decoded = decode_block(blocks[first], rest.substr(0, blocks[first].stored));
      rest.remove_prefix(blocks[first].stored);
      digest.update(decoded);
      if (first > 0 && ListKey::of(blocks[first].first_path) <= ListKey::of(last)) {
        throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is damaged: its entries are out of order");
      }
      BlockScanner scanner(decoded);
      while (scanner.next()) {
        ++entries;
        if (!visit(scanner.entry())) return;
      }
      last = scanner.path();
    }
  }
  if (entries != self.tail.entries || finish_hash(digest) != self.tail.manifest.list_digest) {
    throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is not the one its manifest describes");
  }
}

}  // namespace strata::tree
