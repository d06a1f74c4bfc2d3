#include "strata/tree/index_format.h"

#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::tree {

namespace {

constexpr std::string_view kWhat = "the file list of the backup";

// Bits of a body's first byte; the lowest two are the type.
constexpr std::uint8_t kTypeMask = 0x03;
constexpr std::uint8_t kSparse = 0x04;
constexpr std::uint8_t kHasHash = 0x08;
constexpr std::uint8_t kHasHardLink = 0x10;
constexpr std::uint8_t kHasAttributes = 0x20;
constexpr std::uint8_t kKnownBits = 0x3f;
constexpr std::uint8_t kLastType = 2;
/// In the root hash only: a hard link is told from the file it names.
constexpr std::uint8_t kHardLinkKind = 3;

std::uint8_t type_bits(const Entry& entry) {
  if (entry.is_regular()) return 0;
  return entry.is_directory() ? 1 : 2;
}

vfs::Type type_of(std::uint8_t bits) {
  if (bits == 0) return vfs::Type::kRegular;
  return bits == 1 ? vfs::Type::kDirectory : vfs::Type::kSymlink;
}

/// As vfs::Path compares: component by component, so that '/' ranks below every byte a name can have.
std::strong_ordering compare_paths(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) return a.size() <=> b.size();
  const auto rank = [](char byte) { return byte == '/' ? 0 : static_cast<unsigned char>(byte) + 1; };
  return rank(*left) <=> rank(*right);
}

std::size_t shared_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

ListKey ListKey::of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::strong_ordering ListKey::operator<=>(const ListKey& other) const {
  if (const auto order = compare_paths(directory, other.directory); order != 0) return order;
  return name.compare(other.name) <=> 0;
}

std::string encode_body(const Entry& entry) {
  check_entry(entry);
  std::string body;
  std::uint8_t flags = type_bits(entry);
  if (entry.sparse) flags |= kSparse;
  if (entry.hash) flags |= kHasHash;
  if (entry.hard_link) flags |= kHasHardLink;
  if (!entry.attributes.empty()) flags |= kHasAttributes;
  body += static_cast<char>(flags);
  pack_varint(body, entry.mode);
  pack_varint(body, entry.uid);
  pack_varint(body, entry.gid);
  pack_u64(body, static_cast<std::uint64_t>(entry.mtime_ns));
  pack_varint(body, entry.size);
  pack_varint(body, entry.position);
  if (entry.is_symlink()) pack_text(body, entry.link_target);
  if (entry.hard_link) pack_text(body, entry.hard_link->bytes());
  if (!entry.attributes.empty()) {
    pack_varint(body, entry.attributes.size());
    for (const auto& attribute : entry.attributes) {
      pack_text(body, attribute.name);
      pack_text(body, attribute.value);
    }
  }
  if (entry.hash) body += as_text(*entry.hash);
  if (body.size() > kMaxRecordBytes) {
    throw Error(ErrorKind::kTooLarge,
                "'" + to_readable_utf8(entry.path.bytes()) + "' has extended attributes of more than 1 MiB together");
  }
  return body;
}

Entry decode_body(std::string_view path, std::string_view body) {
  Unpacker bytes(body, kWhat);
  Entry entry;
  const std::uint8_t flags = bytes.u8();
  if ((flags & ~kKnownBits) != 0 || (flags & kTypeMask) > kLastType) bytes.fail("an entry has unknown flags");
  entry.type = type_of(flags & kTypeMask);
  entry.sparse = (flags & kSparse) != 0;
  entry.mode = static_cast<std::uint32_t>(bytes.varint_up_to(07777));
  entry.uid = static_cast<std::uint32_t>(bytes.varint_up_to(0xffffffff));
  entry.gid = static_cast<std::uint32_t>(bytes.varint_up_to(0xffffffff));
  entry.mtime_ns = static_cast<std::int64_t>(bytes.u64());
  entry.size = bytes.varint();
  entry.position = bytes.varint();
  try {
    entry.path = vfs::Path::parse(path);
    if (entry.is_symlink()) entry.link_target = bytes.text(vfs::kMaxPathBytes);
    if ((flags & kHasHardLink) != 0) entry.hard_link = vfs::Path::parse(bytes.text(vfs::kMaxPathBytes));
    if ((flags & kHasAttributes) != 0) {
      // Each takes at least three bytes, so the count is bounded by what is there.
      const auto count = bytes.varint_up_to(bytes.left() / 3);
      for (std::uint64_t i = 0; i < count; ++i) {
        const auto name = bytes.text(kMaxRecordBytes);
        entry.attributes.push_back({std::string(name), std::string(bytes.text(kMaxRecordBytes))});
      }
    }
    if ((flags & kHasHash) != 0) {
      const auto hash = as_bytes(bytes.take(std::tuple_size_v<ContentHash>));
      std::copy(hash.begin(), hash.end(), entry.hash.emplace().begin());
    }
    bytes.expect_end();
    check_entry(entry);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
    bytes.fail(error.message());
  }
  return entry;
}

bool BlockBuilder::add(std::string_view path, std::string_view body) {
  std::string record;
  const std::size_t shared = empty() ? 0 : shared_prefix(last_path_, path);
  pack_varint(record, shared);
  pack_varint(record, path.size() - shared);
  pack_varint(record, body.size());
  record += path.substr(shared);
  if (!empty() && bytes_.size() + record.size() + body.size() > kBlockBytes) return false;
  if (empty()) first_path_ = path;
  bytes_ += record;
  bytes_ += body;
  last_path_ = path;
  return true;
}

std::string BlockBuilder::take() {
  return std::exchange(bytes_, {});
}

BlockScanner::BlockScanner(std::string_view block) : bytes_(block, kWhat) {}

bool BlockScanner::next() {
  if (bytes_.at_end()) return false;
  path_.swap(previous_);
  const auto shared = static_cast<std::size_t>(bytes_.varint_up_to(previous_.size()));
  const auto rest = static_cast<std::size_t>(bytes_.varint_up_to(vfs::kMaxPathBytes - shared));
  const auto body = static_cast<std::size_t>(bytes_.varint_up_to(kMaxRecordBytes));
  path_.assign(previous_, 0, shared);
  path_ += bytes_.take(rest);
  const bool rises = previous_.empty() || ListKey::of(previous_) < key();
  if (path_.empty() || !rises) bytes_.fail("its entries are out of order");
  body_ = bytes_.take(body);
  return true;
}

void RootHash::add(const Entry& entry) {
  std::string bytes;
  pack_u32(bytes, static_cast<std::uint32_t>(entry.path.bytes().size()));
  bytes += entry.path.bytes();
  bytes += static_cast<char>(entry.hard_link ? kHardLinkKind : type_bits(entry));
  pack_u32(bytes, entry.mode);
  pack_u64(bytes, static_cast<std::uint64_t>(entry.mtime_ns));
  const std::string& link = entry.hard_link ? entry.hard_link->bytes() : entry.link_target;
  pack_u32(bytes, static_cast<std::uint32_t>(link.size()));
  bytes += link;
  bytes += static_cast<char>(entry.hash ? 1 : 0);
  if (entry.hash) bytes += as_text(*entry.hash);
  digest_.update(bytes);
}

ContentHash RootHash::finish() {
  return finish_hash(digest_);
}

ContentHash finish_hash(crypto::Digest& digest) {
  ContentHash hash{};
  const auto bytes = digest.finish();
  std::copy_n(bytes.begin(), hash.size(), hash.begin());
  return hash;
}

}  // namespace strata::tree
