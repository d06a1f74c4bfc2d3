#include "strata/archive/archive_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/archive/archive_download.h"
#include "strata/archive/archive_fake.h"
#include "strata/archive/archive_writer.h"
#include "strata/archive/gzip_tail.h"
#include "strata/archive/index_sidecar.h"
#include "strata/archive/tar_reader.h"
#include "strata/base/encoding.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/readers.h"
#include "strata/tree/tree_compare.h"
#include "strata/tree/tree_stream.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using vfs::Path;

const std::string kCorrupt(to_string(ErrorKind::kCorrupt));

std::vector<std::string> names_of(tree::EntryStream& stream) {
  std::vector<std::string> names;
  while (const auto entry = stream.next()) names.push_back(entry->path.bytes());
  return names;
}

const std::string& text_content() {
  static const std::string content = prose(1'800'000);
  return content;
}

/// A small server and its archive in memory.
class ArchiveCase : public testing::Test {
 protected:
  explicit ArchiveCase(ArchiveFormat format) : format_(format) {
    static const std::string packed = region(2'500'000);
    const vfs::Directory& root = server_.directory();
    root.make_directories(Path::parse("world/region"));
    root.make_directory(Path::parse("empty"), 0700);
    vfs::write_plain(server_.path("world/region/r.0.0.mca"), packed);
    vfs::write_plain(server_.path("world/text"), text_content());
    vfs::write_plain(server_.path("none"), "");
    root.make_symlink(Path::parse("link"), "../outside");
    root.make_hard_link(Path::parse("world/text"), Path::parse("world/text2"));
    write();
  }

  void write() {
    tree::LiveStream live(server_.directory(), {}, warnings_, {});
    tree::IndexWriter index(spill_.directory());
    MemorySink sink;
    totals_ = write_archive(live, sink, {.format = format_}, &index, warnings_, {}, {});
    tree::Manifest manifest;
    const tree::RangedReader& blob = index.finish(manifest);
    if (format_ == ArchiveFormat::kTarGz) {
      write_gzip_tail(sink, blob);
    } else {
      MemorySink sidecar;
      write_index_sidecar(sidecar, blob, {sink.bytes.size(), crypto::sha1(as_bytes(sink.bytes))});
      sidecar_ = sidecar.bytes;
    }
    archive_ = sink.bytes;
  }

  ArchiveFile open(const std::string& archive) const {
    std::shared_ptr<const tree::RangedReader> blob;
    if (!sidecar_.empty()) blob = open_index_sidecar(std::make_shared<tree::MemoryReader>(sidecar_)).blob;
    return {std::make_shared<tree::MemoryReader>(archive), format_, blob, spill_.directory().duplicate()};
  }
  ArchiveFile open() const { return open(archive_); }

  /// Without what makes it ours.
  ArchiveFile open_as_foreign() const {
    std::string bytes = archive_;
    if (format_ == ArchiveFormat::kTarGz) bytes.resize(bytes.find(std::string("\x1f\x8b\x08\x04", 4)));
    return {std::make_shared<tree::MemoryReader>(bytes), format_, nullptr, spill_.directory().duplicate()};
  }

  std::string differences(tree::EntryStream& actual) {
    tree::LiveStream live(server_.directory(), {}, warnings_, {});
    return tree::describe(tree::compare(live, actual, {.owners = true}));
  }

  const ArchiveFormat format_;
  vfs::TemporaryDirectory server_;
  vfs::TemporaryDirectory spill_;
  tree::Warnings warnings_;
  ArchiveTotals totals_;
  std::string archive_;
  std::string sidecar_;
};

class ArchiveFileTest : public ArchiveCase, public testing::WithParamInterface<ArchiveFormat> {
 protected:
  ArchiveFileTest() : ArchiveCase(GetParam()) {}
};

class TarFileTest : public ArchiveCase {
 protected:
  TarFileTest() : ArchiveCase(ArchiveFormat::kTar) {}
};

class GzipFileTest : public ArchiveCase {
 protected:
  GzipFileTest() : ArchiveCase(ArchiveFormat::kTarGz) {}
};

INSTANTIATE_TEST_SUITE_P(Formats, ArchiveFileTest, testing::Values(ArchiveFormat::kTar, ArchiveFormat::kTarGz),
                         [](const auto& tested) { return std::string(archive::info(tested.param).name); });

TEST_P(ArchiveFileTest, the_totals_count_hard_linked_content_once) {
  EXPECT_EQ(totals_.entries, 8U);
  EXPECT_EQ(totals_.files, 5U);
  EXPECT_EQ(totals_.content_bytes, 2'500'000U + 1'800'000U);
}

TEST_P(ArchiveFileTest, stream_and_tree_are_the_server) {
  const ArchiveFile file = open();
  EXPECT_EQ(differences(*file.stream(warnings_, {})), "");
  const auto tree = file.tree({});
  tree::TreeStream stream(*tree);
  EXPECT_EQ(differences(stream), "");
  EXPECT_EQ(warnings_.count(), 0U);
}

TEST_P(ArchiveFileTest, without_its_index_it_is_the_server_too) {
  const ArchiveFile file = open_as_foreign();
  EXPECT_EQ(file.index(), nullptr);
  const auto tree = file.tree({});
  tree::TreeStream stream(*tree);
  EXPECT_EQ(differences(stream), "");
  // Back and forth, as a browser asks.
  const auto text = tree->open(Path::parse("world/text"));
  for (const std::size_t offset : {1'700'000UL, 5UL, 900'000UL, 0UL}) {
    std::vector<std::uint8_t> part(50'000);
    EXPECT_EQ(text->read_at(offset, part), part.size());
    EXPECT_TRUE(as_text(part) == text_content().substr(offset, part.size())) << offset;
  }
}

TEST_P(ArchiveFileTest, a_stream_outlives_the_file_it_came_from) {
  auto file = std::make_unique<ArchiveFile>(open());
  const auto stream = file->stream(warnings_, {});
  file.reset();
  EXPECT_EQ(names_of(*stream).size(), 8U);
}

TEST_P(ArchiveFileTest, a_stop_request_ends_every_way_of_reading) {
  std::stop_source stop;
  stop.request_stop();
  const std::string cancelled(to_string(ErrorKind::kCancelled));
  EXPECT_EQ(error_of([&] { names_of(*open().stream(warnings_, stop.get_token())); }), cancelled);
  EXPECT_EQ(error_of([&] { names_of(*open_as_foreign().stream(warnings_, stop.get_token())); }), cancelled);
  EXPECT_EQ(error_of([&] { open_as_foreign().tree(stop.get_token()); }), cancelled);
  EXPECT_EQ(error_of([&] { open().check({}, stop.get_token()); }), cancelled);
}

TEST_P(ArchiveFileTest, a_check_reads_everything_and_compares_hashes) {
  Bytes told = 0;
  const ArchiveCheck check = open().check([&](Bytes bytes) { told += bytes; }, {});
  EXPECT_THAT(check.damage, IsEmpty());
  EXPECT_EQ(check.files, 5U);
  EXPECT_EQ(check.bytes, 4'300'000U);
  EXPECT_EQ(told, check.bytes);
  EXPECT_TRUE(check.hashes_compared);
  const ArchiveCheck foreign = open_as_foreign().check({}, {});
  EXPECT_THAT(foreign.damage, IsEmpty());
  EXPECT_EQ(foreign.files, 5U);
  EXPECT_FALSE(foreign.hashes_compared);
}

TEST_P(ArchiveFileTest, changed_content_is_found_by_whoever_reads_the_whole_file) {
  std::string damaged = archive_;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  EXPECT_EQ(open(damaged).check({}, {}).damage.size(), 1U);
  EXPECT_EQ(error_of([&] {
              const ArchiveFile file = open(damaged);
              const auto stream = file.stream(warnings_, {});
              std::vector<std::uint8_t> buffer(100'000);
              while (stream->next()) {
                while (stream->read(buffer) != 0) {
                }
              }
            }),
            kCorrupt);
}

TEST_F(TarFileTest, an_archive_of_other_entries_than_its_index_is_named_entry_by_entry) {
  const std::string before = sidecar_;
  server_.directory().set_mode(Path::parse("none"), 0600);
  vfs::write_plain(server_.path("none"), "now something");
  write();
  sidecar_ = before;
  const ArchiveCheck check = open().check({}, {});
  ASSERT_FALSE(check.damage.empty());
  EXPECT_THAT(check.damage.front(), HasSubstr("'none'"));
}

TEST_F(GzipFileTest, an_index_that_cannot_be_read_any_more_is_told_though_the_files_are_whole) {
  std::string damaged = archive_;
  damaged[damaged.rfind("STRATAIX")] = 'x';
  const ArchiveFile file = open(damaged);
  EXPECT_EQ(file.index(), nullptr);
  EXPECT_EQ(names_of(*file.stream(warnings_, {})).size(), 8U);
  EXPECT_THAT(file.check({}, {}).damage, ElementsAre(HasSubstr("index")));
}

TEST_P(ArchiveFileTest, a_folder_is_downloaded_with_names_relative_to_it) {
  const auto tree = open().tree({});
  MemorySink sink;
  download_folder(*tree, Path::parse("world"), sink, {.format = ArchiveFormat::kTar}, {});
  MemorySource source(sink.bytes);
  TarReader reader(source, warnings_);
  std::vector<std::string> names;
  std::string text;
  while (const auto entry = reader.next()) {
    names.push_back(entry->path.bytes());
    std::vector<std::uint8_t> buffer(100'000);
    while (const std::size_t got = reader.read(buffer)) {
      if (entry->path.bytes() == "text") text += as_text(std::span(buffer).first(got));
    }
    if (entry->path.bytes() == "text2") {
      EXPECT_EQ(entry->hard_link, Path::parse("text"));
    }
  }
  EXPECT_THAT(names, ElementsAre("region", "region/r.0.0.mca", "text", "text2"));
  EXPECT_TRUE(text == text_content());
  EXPECT_EQ(error_of([&] { download_folder(*tree, Path::parse("none"), sink, {}, {}); }),
            to_string(ErrorKind::kInvalid));
  EXPECT_EQ(error_of([&] { download_folder(*tree, Path::parse("gone"), sink, {}, {}); }),
            to_string(ErrorKind::kNotFound));
}

TEST_P(ArchiveFileTest, a_hard_link_whose_content_is_outside_the_folder_is_downloaded_as_a_file) {
  server_.directory().make_directory(Path::parse("zone"));
  server_.directory().make_hard_link(Path::parse("world/text"), Path::parse("zone/linked"));
  write();
  const auto tree = open().tree({});
  MemorySink sink;
  download_folder(*tree, Path::parse("zone"), sink, {.format = ArchiveFormat::kTar}, {});
  MemorySource source(sink.bytes);
  TarReader reader(source, warnings_);
  const auto entry = reader.next();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->path.bytes(), "linked");
  EXPECT_FALSE(entry->hard_link);
  EXPECT_EQ(entry->size, 1'800'000U);
}

TEST(ArchiveFormats, are_found_by_name_and_by_file_name) {
  for (const FormatInfo& format : all_formats()) {
    EXPECT_EQ(parse_format(format.name), format.format);
    EXPECT_EQ(format_of_file("a.b." + std::string(format.extension)), format.format);
    EXPECT_EQ(&info(format.format), &format);
  }
  EXPECT_EQ(format_of_file(".tar"), std::nullopt);
  EXPECT_EQ(format_of_file("tar"), std::nullopt);
  EXPECT_EQ(format_of_file("a.gz"), std::nullopt);
  EXPECT_EQ(error_of([] { parse_format("rar"); }), to_string(ErrorKind::kInvalid));
  EXPECT_EQ(error_of([] { require_supported(ArchiveFormat::kZip); }), to_string(ErrorKind::kInvalid));
}

TEST(CompressionLevels, are_those_of_the_reference) {
  EXPECT_EQ(deflate_level(parse_compression_level("best_speed")), 1);
  EXPECT_EQ(deflate_level(parse_compression_level("good_speed")), 4);
  EXPECT_EQ(deflate_level(parse_compression_level("good_compression")), 6);
  EXPECT_EQ(deflate_level(parse_compression_level("best_compression")), 9);
  EXPECT_EQ(to_string(CompressionLevel::kGoodSpeed), "good_speed");
  EXPECT_EQ(error_of([] { parse_compression_level("ultra"); }), to_string(ErrorKind::kInvalid));
}

TEST(IndexSidecar, gives_blob_and_seal_back_and_finds_damage) {
  const std::string blob = noise(700'000);
  const ArchiveSeal seal{12'345, crypto::sha1(as_bytes("the archive"))};
  MemorySink sink;
  write_index_sidecar(sink, tree::MemoryReader(blob), seal);
  const auto reopen = [](const std::string& bytes) {
    return open_index_sidecar(std::make_shared<tree::MemoryReader>(bytes));
  };
  const IndexSidecar sidecar = reopen(sink.bytes);
  EXPECT_EQ(sidecar.seal.size, seal.size);
  EXPECT_EQ(sidecar.seal.sha1, seal.sha1);
  std::vector<std::uint8_t> back(blob.size());
  EXPECT_EQ(sidecar.blob->read_at(0, back), blob.size());
  EXPECT_TRUE(as_text(back) == blob);

  for (std::size_t i = sink.bytes.size() - 44; i < sink.bytes.size(); ++i) {
    std::string damaged = sink.bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_EQ(error_of([&] { reopen(damaged); }), kCorrupt) << i;
  }
  EXPECT_EQ(error_of([&] { reopen(sink.bytes.substr(0, 43)); }), kCorrupt);
}

}  // namespace
}  // namespace strata::archive
