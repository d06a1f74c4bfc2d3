#include "strata/tree/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/tree/entries_fake.h"
#include "strata/tree/readers.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string bytes_of(const RangedReader& reader) {
  std::string bytes(static_cast<std::size_t>(reader.size()), '\0');
  read_exactly(reader, 0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}, "the blob");
  return bytes;
}

vfs::Path path(std::string_view bytes) {
  return vfs::Path::parse(bytes);
}

std::vector<std::string> names(const std::vector<Entry>& entries) {
  std::vector<std::string> result;
  for (const auto& entry : entries) result.emplace_back(entry.path.name());
  return result;
}

template <class Act>
ErrorKind error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::kInternal;
}

/// Counts and remembers what was read: what a store would be asked for.
class CountingReader final : public RangedReader {
 public:
  explicit CountingReader(std::string bytes) : bytes_(std::move(bytes)) {}
  Bytes size() const override { return bytes_.size(); }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override {
    ++reads;
    read_bytes += out.size();
    return bytes_.read_at(offset, out);
  }
  mutable int reads = 0;
  mutable Bytes read_bytes = 0;

 private:
  MemoryReader bytes_;
};

class Index : public testing::Test {
 protected:
  std::string build(const std::vector<Entry>& entries, Bytes memory = IndexWriter::kDefaultMemory) {
    IndexWriter writer(temporary_.directory(), memory);
    for (const auto& entry : entries) writer.add(entry);
    return bytes_of(writer.finish(manifest_));
  }
  static IndexReader open(std::string blob) { return IndexReader(std::make_shared<MemoryReader>(std::move(blob))); }

  vfs::TemporaryDirectory temporary_;
  Manifest manifest_;
};

TEST_F(Index, an_entry_comes_back_with_everything_it_had) {
  auto file = file_entry("a/b\xff", 9'000'000'000'000);
  file.sparse = true;
  file.mtime_ns = -1;
  file.attributes = {{"user.note", std::string("x\0y", 3)}, {"system.posix_acl_access", ""}};
  const auto link = symlink_entry("a/l", "../../outside\n\x80");
  const auto hard = hard_link_entry("a/z", file);
  auto directory = directory_entry("a");
  directory.attributes = {{"system.posix_acl_default", "acl"}};
  auto unhashed = file_entry("f");
  unhashed.hash.reset();
  const auto index = open(build({directory, file, link, hard, unhashed}));
  for (const Entry& entry : {directory, file, link, hard, unhashed}) {
    const auto found = index.find(entry.path);
    ASSERT_TRUE(found) << entry.path.bytes();
    EXPECT_EQ(to_line(*found), to_line(entry));
  }
}

TEST_F(Index, children_are_listed_by_name_page_by_page) {
  const auto index = open(build({directory_entry("b"), file_entry("b/2"), file_entry("b/10"), directory_entry("b/1"),
                                 file_entry("b/1/x"), file_entry("a"), file_entry("b-c"), symlink_entry("b/3", "x")}));
  EXPECT_THAT(names(index.list({}, "", 100)), ElementsAre("a", "b", "b-c"));
  EXPECT_THAT(names(index.list(path("b"), "", 100)), ElementsAre("1", "10", "2", "3"));
  EXPECT_THAT(names(index.list(path("b"), "", 2)), ElementsAre("1", "10"));
  EXPECT_THAT(names(index.list(path("b"), "10", 2)), ElementsAre("2", "3"));
  EXPECT_THAT(names(index.list(path("b"), "11", 2)), ElementsAre("2", "3"));  // need not be there any more
  EXPECT_THAT(names(index.list(path("b"), "3", 2)), IsEmpty());
  EXPECT_THAT(names(index.list(path("b/1"), "", 2)), ElementsAre("x"));
  EXPECT_THAT(names(index.list(path("b"), "", 0)), IsEmpty());
}

TEST_F(Index, what_is_not_there_or_no_directory_is_told_apart) {
  const auto index = open(build({directory_entry("empty"), file_entry("file"), symlink_entry("link", "empty")}));
  EXPECT_THAT(index.list(path("empty"), "", 10), IsEmpty());
  EXPECT_EQ(error_of([&] { index.list(path("absent"), "", 10); }), ErrorKind::kNotFound);
  EXPECT_EQ(error_of([&] { index.list(path("file"), "", 10); }), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { index.list(path("link"), "", 10); }), ErrorKind::kInvalid);
  EXPECT_FALSE(index.find(path("absent")));
  EXPECT_FALSE(index.find(path("file/below")));
  EXPECT_TRUE(index.find({})->is_directory());
}

TEST_F(Index, an_empty_backup_has_an_index) {
  const auto index = open(build({}));
  EXPECT_THAT(index.list({}, "", 10), IsEmpty());
  EXPECT_FALSE(index.find(path("a")));
  index.for_each([](const Entry&) -> bool { throw std::logic_error("an entry"); });
  EXPECT_EQ(index.manifest().entries, 0u);
}

TEST_F(Index, entries_stand_in_the_order_of_directories) {
  const auto index = open(build({file_entry("z"), directory_entry("a"), directory_entry("a/b"), file_entry("a/b/c"),
                                 file_entry("a/d"), directory_entry("a-b"), file_entry("a-b/e")}));
  std::vector<std::string> order;
  index.for_each([&](const Entry& entry) {
    order.push_back(entry.path.bytes());
    return true;
  });
  EXPECT_THAT(order, ElementsAre("a", "a-b", "z", "a/b", "a/d", "a/b/c", "a-b/e"));
}

TEST_F(Index, a_visit_can_be_ended) {
  const auto index = open(build({file_entry("a"), file_entry("b"), file_entry("c")}));
  int seen = 0;
  index.for_each([&](const Entry&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TEST_F(Index, totals_and_digests_are_completed) {
  const auto shared = file_entry("d/shared", 70);
  open(build(
      {directory_entry("d"), shared, hard_link_entry("d/again", shared), file_entry("x", 5), symlink_entry("l", "x")}));
  EXPECT_EQ(manifest_.entries, 5u);
  EXPECT_EQ(manifest_.files, 4u);
  EXPECT_EQ(manifest_.content_bytes, 75u);
  EXPECT_NE(manifest_.list_digest, ContentHash{});
}

TEST_F(Index, the_root_hash_sees_the_tree_and_not_its_carrier) {
  const auto root_of = [&](Entry changed) {
    build({file_entry("a", 1), std::move(changed)});
    return manifest_.root_hash;
  };
  const auto original = root_of(file_entry("b", 1));
  auto entry = file_entry("b", 1);
  entry.position += 512;
  entry.uid += 1;
  EXPECT_EQ(root_of(entry), original);
  entry.mtime_ns += 1;
  EXPECT_NE(root_of(entry), original);
  entry = file_entry("b", 1);
  entry.hash->back() ^= 1;
  EXPECT_NE(root_of(entry), original);
  entry = file_entry("b", 1);
  entry.mode ^= 0100;
  EXPECT_NE(root_of(entry), original);
  EXPECT_NE(root_of(hard_link_entry("b", file_entry("a", 1))), original);
}

TEST_F(Index, of_a_path_that_comes_twice_the_later_entry_holds) {
  for (const Bytes memory : {Bytes{1}, IndexWriter::kDefaultMemory}) {
    const auto index =
        open(build({file_entry("a", 1), file_entry("b", 2), file_entry("a", 3), file_entry("c", 4)}, memory));
    EXPECT_EQ(index.find(path("a"))->size, 3u);
    EXPECT_EQ(index.manifest().entries, 3u);
    EXPECT_EQ(index.manifest().content_bytes, 9u);
  }
}

TEST_F(Index, what_no_tree_can_hold_is_refused) {
  IndexWriter writer(temporary_.directory());
  const auto kind_of = [&](auto change) {
    auto entry = file_entry("a", 1);
    change(entry);
    return error_of([&] { writer.add(entry); });
  };
  EXPECT_EQ(kind_of([](Entry& e) { e.path = {}; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.type = vfs::Type::kFifo; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.type = vfs::Type::kDirectory; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.mode = 010000; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.link_target = "x"; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.hard_link = e.path; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.attributes = {{"", "x"}}; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of([](Entry& e) { e.attributes.assign(17, {"user.x", std::string(65'000, 'x')}); }),
            ErrorKind::kTooLarge);
}

TEST_F(Index, records_larger_than_a_block_have_one_of_their_own) {
  auto large = file_entry("m");
  large.attributes.assign(15, {"user.x", std::string(65'000, 'x')});
  const auto index = open(build({file_entry("a"), large, file_entry("z")}));
  EXPECT_EQ(to_line(*index.find(path("m"))), to_line(large));
  EXPECT_TRUE(index.find(path("z")));
  EXPECT_THAT(names(index.list({}, "", 10)), ElementsAre("a", "m", "z"));
}

TEST_F(Index, ignore_rules_too_long_for_the_manifest_come_back_whole) {
  std::string rules;
  while (rules.size() < 900'000) rules += "/folder/" + std::to_string(rules.size()) + "\n";
  manifest_.ignore_rules = rules;
  EXPECT_EQ(open(build({file_entry("a")})).manifest().ignore_rules, rules);
}

TEST_F(Index, restart_points_come_back_in_order) {
  IndexWriter writer(temporary_.directory());
  writer.add_restart_point({0, 10});
  writer.add_restart_point({1'000'000, 900});
  writer.add_restart_point({6'000'000'000'000, 900});
  EXPECT_EQ(error_of([&] { writer.add_restart_point({1, 1}); }), ErrorKind::kInternal);
  const auto index = open(bytes_of(writer.finish(manifest_)));
  ASSERT_EQ(index.restart_points().size(), 3u);
  EXPECT_EQ(index.restart_points()[2].decoded, 6'000'000'000'000u);
  EXPECT_EQ(index.restart_points()[1].stored, 900u);
}

TEST_F(Index, more_restart_points_than_the_limit_are_thinned_evenly_and_the_last_stays) {
  IndexWriter writer(temporary_.directory());
  const std::uint64_t count = kMaxRestartPoints * 5 / 2;
  for (std::uint64_t i = 0; i < count; ++i) writer.add_restart_point({i * 10, i});
  const auto index = open(bytes_of(writer.finish(manifest_)));
  const auto& points = index.restart_points();
  ASSERT_EQ(points.size(), count / 4 + 1);
  for (std::size_t i = 0; i < count / 4; ++i) ASSERT_EQ(points[i].stored, 4 * i);
  EXPECT_EQ(points.back().stored, count - 1);
}

/// Two directories of many files, in an order no sort likes.
std::vector<Entry> many_entries(std::uint32_t count) {
  std::vector<Entry> entries{directory_entry("plugins"), directory_entry("world"), directory_entry("world/region")};
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto n = std::to_string(i * 7919 % count);
    entries.push_back(file_entry((i % 3 == 0 ? "world/region/r." : "plugins/cache-") + n + ".mca", i));
  }
  return entries;
}

TEST_F(Index, a_hundred_thousand_entries_that_spill_give_the_same_bytes_as_in_memory) {
  const auto entries = many_entries(100'000);
  const auto spilled = build(entries, 512 * 1024);
  const auto in_memory = build(entries);
  EXPECT_TRUE(spilled == in_memory);  // not EXPECT_EQ: megabytes of output

  const auto index = open(spilled);
  EXPECT_EQ(index.manifest().entries, entries.size());
  std::uint64_t seen = 0;
  index.for_each([&](const Entry&) { return ++seen > 0; });
  EXPECT_EQ(seen, entries.size());
  for (std::size_t i = 0; i < entries.size(); i += 997) {
    ASSERT_EQ(to_line(*index.find(entries[i].path)), to_line(entries[i]));
  }
  std::size_t listed = 0;
  std::string after;
  while (true) {
    const auto page = index.list(path("plugins"), after, 1000);
    if (page.empty()) break;
    listed += page.size();
    after = page.back().path.name();
  }
  EXPECT_EQ(listed, 66'666u);
}

TEST_F(Index, opening_is_one_read_and_a_page_one_or_two_more) {
  const auto bytes = std::make_shared<CountingReader>(build(many_entries(15'000)));
  const IndexReader index(bytes);
  EXPECT_EQ(bytes->reads, 1);
  EXPECT_LE(bytes->read_bytes, 256u * 1024);
  index.list(path("world/region"), "r.5", 200);
  EXPECT_LE(bytes->reads, 3);
  const int before = bytes->reads;
  index.list(path("world/region"), "r.5", 200);
  EXPECT_EQ(bytes->reads, before);  // from the cache
  index.find(path("plugins/cache-1.mca"));
  EXPECT_EQ(bytes->reads, before + 1);
}

TEST_F(Index, a_pass_over_everything_reads_blocks_together) {
  const auto bytes = std::make_shared<CountingReader>(build(many_entries(15'000)));
  const IndexReader index(bytes);
  index.for_each([](const Entry&) { return true; });
  EXPECT_LE(bytes->reads, 3);
}

TEST_F(Index, a_tail_longer_than_the_first_read_is_fetched_whole) {
  IndexWriter writer(temporary_.directory());
  std::uint64_t state = 1;
  RestartPoint point;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    point = {point.decoded + (state >> 40), point.stored + (state >> 42)};
    writer.add_restart_point(point);
  }
  writer.add(file_entry("a"));
  const auto bytes = std::make_shared<CountingReader>(bytes_of(writer.finish(manifest_)));
  const IndexReader index(bytes);
  EXPECT_EQ(bytes->reads, 2);
  EXPECT_EQ(index.restart_points().back().decoded, point.decoded);
  EXPECT_TRUE(index.find(path("a")));
}

TEST_F(Index, no_spill_file_stays_behind) {
  build(many_entries(15'000), 128 * 1024);
  EXPECT_THAT(temporary_.directory().list(), IsEmpty());
}

}  // namespace
}  // namespace strata::tree
