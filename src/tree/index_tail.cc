#include "strata/tree/index_tail.h"

#include <algorithm>
#include <limits>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/readers.h"

namespace strata::tree {

namespace {

constexpr std::string_view kWhat = "the index of the backup";
constexpr std::string_view kMagic = "STRATAIX";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kFooterBytes = 104;
constexpr std::size_t kFirstRead = 256 * 1024;
/// Two varints for each.
constexpr Bytes kMaxRestartBytes = kMaxRestartPoints * 20;
/// A compressed section is never much longer than what it holds.
constexpr Bytes stored_limit(Bytes decoded) {
  return decoded + decoded / 128 + 4096;
}

/// One section of the tail.
struct Extent {
  Bytes stored = 0;
  Bytes decoded = 0;
};

/// The fixed end of every index. Its size, magic, version and checksum keep their places in all versions.
struct Footer {
  Bytes blob_bytes = 0;
  std::uint64_t entries = 0;
  std::uint32_t block_count = 0;
  std::uint32_t restart_count = 0;
  Bytes directory_offset = 0;  ///< also the length of all blocks
  Extent directory, restarts, rules;
  std::uint32_t manifest_bytes = 0;
  ShortChecksum tail_checksum{};  ///< of everything from directory_offset to the footer

  std::string encode() const;
  static Footer decode(std::string_view bytes);
};

std::string Footer::encode() const {
  std::string bytes(kMagic);
  pack_u32(bytes, kVersion);
  pack_u32(bytes, manifest_bytes);
  pack_u64(bytes, blob_bytes);
  pack_u64(bytes, entries);
  pack_u32(bytes, block_count);
  pack_u32(bytes, restart_count);
  pack_u64(bytes, directory_offset);
  for (const Extent& section : {directory, restarts, rules}) {
    pack_u32(bytes, static_cast<std::uint32_t>(section.stored));
    pack_u32(bytes, static_cast<std::uint32_t>(section.decoded));
  }
  bytes += as_text(tail_checksum);
  bytes.append(kFooterBytes - sizeof(ShortChecksum) - bytes.size(), '\0');  // reserved
  bytes += as_text(short_checksum(bytes));
  return bytes;
}

Footer Footer::decode(std::string_view bytes) {
  Unpacker in(bytes, kWhat);
  const std::size_t checked = kFooterBytes - sizeof(ShortChecksum);
  if (bytes.size() != kFooterBytes || in.take(kMagic.size()) != kMagic) in.fail("it does not end like an index");
  if (bytes.substr(checked) != as_text(short_checksum(bytes.substr(0, checked)))) in.fail("its footer is damaged");
  if (const auto version = in.u32(); version != kVersion) {
    throw Error(ErrorKind::kInvalid, "the index of the backup has version " + std::to_string(version) +
                                         ", this program reads version 1: use a newer release");
  }
  Footer footer;
  footer.manifest_bytes = in.u32();
  footer.blob_bytes = in.u64();
  footer.entries = in.u64();
  footer.block_count = in.u32();
  footer.restart_count = in.u32();
  footer.directory_offset = in.u64();
  for (Extent* section : {&footer.directory, &footer.restarts, &footer.rules}) {
    section->stored = in.u32();
    section->decoded = in.u32();
  }
  const auto checksum = as_bytes(in.take(sizeof(ShortChecksum)));
  std::copy(checksum.begin(), checksum.end(), footer.tail_checksum.begin());

  const auto within = [&](const Extent& section, Bytes limit) {
    if (section.decoded > limit || section.stored > stored_limit(section.decoded)) in.fail("a section is too large");
  };
  within(footer.directory, kMaxBlockDirectoryBytes);
  within(footer.restarts, kMaxRestartBytes);
  within(footer.rules, IgnoreRules::kMaxBytes);
  if (footer.manifest_bytes > Manifest::kMaxBytes) in.fail("a section is too large");
  const Bytes tail = footer.directory.stored + footer.restarts.stored + footer.rules.stored + footer.manifest_bytes;
  if (footer.blob_bytes < tail + kFooterBytes || footer.directory_offset != footer.blob_bytes - tail - kFooterBytes) {
    in.fail("its sections do not add up");
  }
  return footer;
}

std::string encode_directory(const std::vector<BlockInfo>& blocks) {
  std::string bytes;
  for (const BlockInfo& block : blocks) {
    pack_text(bytes, block.first_path);
    pack_varint(bytes, block.stored);
    pack_varint(bytes, block.decoded);
    bytes += as_text(block.checksum);
  }
  return bytes;
}

std::vector<BlockInfo> decode_directory(std::string_view section, const Footer& footer) {
  Unpacker bytes(section, kWhat);
  std::vector<BlockInfo> blocks;
  Bytes offset = 0;
  while (!bytes.at_end()) {
    BlockInfo block;
    block.first_path = bytes.text(vfs::kMaxPathBytes);
    block.offset = offset;
    block.stored = static_cast<std::uint32_t>(bytes.varint_up_to(stored_limit(kMaxDecodedBlock)));
    block.decoded = static_cast<std::uint32_t>(bytes.varint_up_to(kMaxDecodedBlock));
    const auto checksum = as_bytes(bytes.take(sizeof(ShortChecksum)));
    std::copy(checksum.begin(), checksum.end(), block.checksum.begin());
    offset += block.stored;
    if (!blocks.empty() && ListKey::of(block.first_path) <= ListKey::of(blocks.back().first_path)) {
      bytes.fail("its blocks are out of order");
    }
    blocks.push_back(std::move(block));
  }
  if (blocks.size() != footer.block_count || offset != footer.directory_offset) bytes.fail("its blocks do not add up");
  return blocks;
}

std::string encode_restarts(const std::vector<RestartPoint>& points) {
  std::string bytes;
  RestartPoint last;
  for (const RestartPoint& point : points) {
    pack_varint(bytes, point.decoded - last.decoded);
    pack_varint(bytes, point.stored - last.stored);
    last = point;
  }
  return bytes;
}

std::vector<RestartPoint> decode_restarts(std::string_view section, const Footer& footer) {
  Unpacker bytes(section, kWhat);
  std::vector<RestartPoint> points;
  RestartPoint last;
  while (!bytes.at_end()) {
    last.decoded += bytes.varint_up_to(std::numeric_limits<Bytes>::max() - last.decoded);
    last.stored += bytes.varint_up_to(std::numeric_limits<Bytes>::max() - last.stored);
    points.push_back(last);
  }
  if (points.size() != footer.restart_count) bytes.fail("its restart points do not add up");
  return points;
}

}  // namespace

std::string IndexTail::encode() const {
  Footer footer;
  footer.entries = entries;
  footer.block_count = static_cast<std::uint32_t>(blocks.size());
  footer.restart_count = static_cast<std::uint32_t>(restart_points.size());
  footer.directory_offset = blocks.empty() ? 0 : blocks.back().offset + blocks.back().stored;

  std::string tail;
  const auto append = [&](const std::string& section) {
    const std::string frame = section.empty() ? std::string() : compress(section);
    tail += frame;
    return Extent{frame.size(), section.size()};
  };
  const std::string directory = encode_directory(blocks);
  if (directory.size() > kMaxBlockDirectoryBytes) {
    throw Error(ErrorKind::kTooLarge,
                "the file list of the backup is too large: too many entries with extended attributes");
  }
  footer.directory = append(directory);
  footer.restarts = append(encode_restarts(restart_points));
  const std::string text = manifest.encode();
  if (Manifest::decode(text).ignore_rules_omitted) footer.rules = append(manifest.ignore_rules);
  tail += text;
  footer.manifest_bytes = static_cast<std::uint32_t>(text.size());
  footer.blob_bytes = footer.directory_offset + tail.size() + kFooterBytes;
  footer.tail_checksum = short_checksum(tail);
  return tail + footer.encode();
}

IndexTail IndexTail::read(const RangedReader& blob) {
  const Bytes size = blob.size();
  if (size < kFooterBytes) throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is cut off");
  const auto read = [&](Bytes from, Bytes to) {
    std::string bytes(static_cast<std::size_t>(to - from), '\0');
    read_exactly(blob, from, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}, kWhat);
    return bytes;
  };
  const Bytes start = size - std::min<Bytes>(size, kFirstRead);
  std::string end = read(start, size);
  const Footer footer = Footer::decode(std::string_view(end).substr(end.size() - kFooterBytes));
  if (footer.blob_bytes != size)
    throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is cut off or has bytes too many");
  if (footer.directory_offset < start) {
    end.insert(0, read(footer.directory_offset, start));
  } else {
    end.erase(0, static_cast<std::size_t>(footer.directory_offset - start));
  }
  end.resize(end.size() - kFooterBytes);
  Unpacker bytes(end, kWhat);
  if (short_checksum(end) != footer.tail_checksum) bytes.fail("its checksum does not hold");

  const auto section = [&](const Extent& extent) {
    const auto frame = bytes.take(static_cast<std::size_t>(extent.stored));
    if (frame.empty()) return std::string();
    return decompress(frame, static_cast<std::size_t>(extent.decoded), kWhat);
  };
  IndexTail tail;
  tail.entries = footer.entries;
  tail.blocks = decode_directory(section(footer.directory), footer);
  tail.restart_points = decode_restarts(section(footer.restarts), footer);
  std::string rules = section(footer.rules);
  tail.manifest = Manifest::decode(bytes.take(footer.manifest_bytes));
  if (tail.manifest.entries != footer.entries) bytes.fail("its manifest is of another backup");
  if (tail.manifest.ignore_rules_omitted) tail.manifest.ignore_rules = std::move(rules);
  return tail;
}

}  // namespace strata::tree
