#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/crypto/digest.h"
#include "strata/tree/entry.h"
#include "strata/tree/index.h"
#include "strata/tree/packing.h"

/// Internal to this room: the bytes of an index (docs/formats/index.md), shared by its writer and its reader.
namespace strata::tree {

/// A block of the list is closed before it grows past this; a single larger record makes a larger block.
inline constexpr std::size_t kBlockBytes = 64 * 1024;
/// What a decoded block can have at most: one record of the largest kind, with its path and three lengths.
inline constexpr std::size_t kMaxDecodedBlock = kMaxRecordBytes + vfs::kMaxPathBytes + 64;

/// Where an entry stands in the list: all children of a directory stand together, directories in Path order.
struct ListKey {
  std::string_view directory;
  std::string_view name;

  static ListKey of(std::string_view path);
  bool operator==(const ListKey&) const = default;
  std::strong_ordering operator<=>(const ListKey& other) const;
};

/// Everything of an entry but its path. encode: kInvalid (check_entry) or kTooLarge; decode: kCorrupt.
std::string encode_body(const Entry& entry);
Entry decode_body(std::string_view path, std::string_view body);

/// Collects records into one block. Each names only the part of its path that differs from the one before.
class BlockBuilder {
 public:
  /// False when the record does not fit any more: take() first.
  bool add(std::string_view path, std::string_view body);
  bool empty() const { return bytes_.empty(); }
  const std::string& first_path() const { return first_path_; }
  /// The decoded block; this starts anew.
  std::string take();

 private:
  std::string bytes_;
  std::string first_path_;
  std::string last_path_;
};

/// Walks the records of a decoded block. Checks that paths are well-formed and strictly rising.
class BlockScanner {
 public:
  /// `block` must outlive this.
  explicit BlockScanner(std::string_view block);
  /// The next record is path() and body(); false at the end.
  bool next();
  const std::string& path() const { return path_; }
  ListKey key() const { return ListKey::of(path_); }
  std::string_view body() const { return body_; }
  Entry entry() const { return decode_body(path_, body_); }

 private:
  Unpacker bytes_;
  std::string previous_;
  std::string path_;
  std::string_view body_;
};

/// The manifest's root_hash: what the entries are, in list order, without what depends on the carrier.
class RootHash {
 public:
  void add(const Entry& entry);
  ContentHash finish();

 private:
  crypto::Digest digest_{crypto::Algorithm::kSha256};
};

ContentHash finish_hash(crypto::Digest& digest);

}  // namespace strata::tree
