// What happens to an index on its way: any changed byte and any missing end must be noticed, whatever is asked.
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/entries_fake.h"
#include "strata/tree/index.h"
#include "strata/tree/index_format.h"
#include "strata/tree/index_tail.h"
#include "strata/tree/readers.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

/// Everything a reader can be asked, as text.
std::string answers(const std::string& blob) {
  const IndexReader index(std::make_shared<MemoryReader>(blob));
  std::string text = index.manifest().encode();
  for (const auto& point : index.restart_points()) text += std::to_string(point.decoded + point.stored) + "\n";
  index.for_each([&](const Entry& entry) {
    text += to_line(entry) + "\n";
    return true;
  });
  for (const char* asked : {"a", "a/file3", "zz"}) {
    const auto found = index.find(vfs::Path::parse(asked));
    text += found ? to_line(*found) : "none";
  }
  for (const auto& entry : index.list({}, "", 5)) text += to_line(entry) + "\n";
  const auto directory = index.find(vfs::Path::parse("a"));
  if (!directory || !directory->is_directory()) return text;
  for (const auto& entry : index.list(vfs::Path::parse("a"), "file1", 5)) text += to_line(entry) + "\n";
  return text;
}

std::string small_index() {
  const vfs::TemporaryDirectory temporary;
  IndexWriter writer(temporary.directory());
  writer.add(directory_entry("a"));
  for (int i = 0; i < 6; ++i) writer.add(file_entry("a/file" + std::to_string(i), 10));
  auto large = file_entry("big");
  large.attributes = {{"user.x", std::string(60'000, 'x')}};  // a second block
  writer.add(large);
  large.path = vfs::Path::parse("big2");
  writer.add(large);
  writer.add(symlink_entry("zz", "a"));
  writer.add_restart_point({0, 0});
  writer.add_restart_point({1000, 100});
  Manifest manifest;
  const auto& blob = writer.finish(manifest);
  std::string bytes(static_cast<std::size_t>(blob.size()), '\0');
  read_exactly(blob, 0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}, "the blob");
  return bytes;
}

ErrorKind kind_of(const std::string& blob) {
  try {
    answers(blob);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::kInternal;
}

TEST(IndexDamage, any_changed_byte_is_noticed) {
  const auto blob = small_index();
  for (std::size_t i = 0; i < blob.size(); ++i) {
    auto damaged = blob;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    ASSERT_EQ(kind_of(damaged), ErrorKind::kCorrupt) << "byte " << i << " of " << blob.size();
  }
}

TEST(IndexDamage, any_missing_end_or_beginning_is_noticed) {
  const auto blob = small_index();
  for (std::size_t size = 0; size < blob.size(); ++size) {
    ASSERT_EQ(kind_of(blob.substr(0, size)), ErrorKind::kCorrupt) << size;
    ASSERT_EQ(kind_of(blob.substr(size + 1)), ErrorKind::kCorrupt) << size;
  }
  EXPECT_EQ(kind_of("x" + blob), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(blob + "x"), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(blob + blob), ErrorKind::kCorrupt);
}

/// An index whose checksums all hold, made by somebody who means harm: one block with these decoded bytes.
std::string forged(const std::string& decoded, const std::string& first_path, std::uint32_t claimed_size) {
  const std::string stored = compress(decoded);
  IndexTail tail;
  tail.entries = tail.manifest.entries = 1;
  crypto::Digest digest(crypto::Algorithm::kSha256);
  digest.update(decoded);
  tail.manifest.list_digest = finish_hash(digest);
  BlockInfo info;
  info.first_path = first_path;
  info.stored = static_cast<std::uint32_t>(stored.size());
  info.decoded = claimed_size;
  info.checksum = short_checksum(stored);
  tail.blocks.push_back(info);
  return stored + tail.encode();
}

std::string forged(const std::string& decoded, const std::string& first_path) {
  return forged(decoded, first_path, static_cast<std::uint32_t>(decoded.size()));
}

std::string record(std::size_t shared, const std::string& rest, const std::string& body) {
  std::string bytes;
  pack_varint(bytes, shared);
  pack_varint(bytes, rest.size());
  pack_varint(bytes, body.size());
  return bytes + rest + body;
}

TEST(IndexDamage, forged_records_are_refused) {
  const std::string good = encode_body(file_entry("a", 1));
  EXPECT_NE(answers(forged(record(0, "a", good), "a")), "");

  const auto body_with = [&](std::size_t at, char value) {
    auto body = good;
    body[at] = value;
    return body;
  };
  std::string attributes("\x20\0\0\0", 4);  // a regular file with attributes
  attributes += std::string(8, '\0') + std::string(2, '\0');
  pack_varint(attributes, ~std::uint64_t{0});
  const std::vector<std::string> blocks{
      record(1, "a", good),                             // shares with nothing
      record(0, "", good),                              // no path
      record(0, "a", body_with(0, '\x03')),             // unknown type
      record(0, "a", body_with(0, '\x40')),             // unknown flag
      record(0, "a", body_with(0, '\x09')),             // a directory with a hash
      record(0, "a", good + "x"),                       // too long
      record(0, "a", good.substr(0, good.size() - 1)),  // too short
      record(0, "a", ""),                               // nothing
      record(0, "a", attributes),                       // 2^64 attributes
      record(0, "a", good) + record(0, "a", good),      // twice
      record(0, "b", good) + record(0, "a", good),      // falling
      record(0, "a", good) + record(2, "b", good),      // shares more than there is
      record(0, "a", good).substr(0, 5),                // cut
      std::string(20, '\xff'),                          // lengths without end
      std::string(),
  };
  for (const auto& block : blocks) {
    std::string first_path = "a";
    if (!block.empty() && block[1] == 1) first_path = block.substr(std::min<std::size_t>(block.size() - 1, 4), 1);
    EXPECT_EQ(kind_of(forged(block, first_path)), ErrorKind::kCorrupt) << testing::PrintToString(block);
  }
  for (const char* name : {"../a", "/a", "a//b", ".", "a/../b", "a/"}) {
    EXPECT_EQ(kind_of(forged(record(0, name, good), name)), ErrorKind::kCorrupt) << name;
  }
}

TEST(IndexDamage, a_block_that_decodes_to_more_than_it_says_is_refused) {
  const std::string bomb(100'000'000, '\0');
  EXPECT_EQ(kind_of(forged(bomb, "a", 1000)), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(forged(bomb, "a", 100'000'000)), ErrorKind::kCorrupt);
}

TEST(IndexDamage, a_block_listed_under_another_path_is_refused) {
  EXPECT_EQ(kind_of(forged(record(0, "a", encode_body(file_entry("a"))), "b")), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace strata::tree
