#include "strata/tree/manifest.h"

#include <functional>

#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::tree {
namespace {

Manifest example() {
  Manifest manifest;
  manifest.backup = *BackupId::parse("0b7f3f4e-6d0e-4a53-9d7a-000000000001");
  manifest.backup_name = "before the update";
  manifest.server = *ServerId::parse("0b7f3f4e-6d0e-4a53-9d7a-000000000002");
  manifest.server_name = "Survival \xc3\xa9";
  manifest.node = *NodeId::parse("0b7f3f4e-6d0e-4a53-9d7a-000000000003");
  manifest.disk = "local";
  manifest.format = "tar_gz";
  manifest.operation = *OperationId::parse("0b7f3f4e-6d0e-4a53-9d7a-000000000004");
  manifest.fence = 18'446'744'073'709'551'615u;
  manifest.started = Timestamp{std::chrono::microseconds{1'787'400'473'123'456}};
  manifest.completed = manifest.started + std::chrono::seconds{61};
  manifest.tool = "strata 0.1.0";
  manifest.ignore_rules = "*.log\n!keep.log\n";
  manifest.entries = 12;
  manifest.files = 9;
  manifest.content_bytes = 5'000'000'000;
  manifest.warnings_count = 1;
  manifest.warnings = {{"a\xff/b", "permission denied: not in the backup"}};
  manifest.owners_recorded = false;
  manifest.list_digest.fill(0xab);
  manifest.root_hash.fill(0x01);
  return manifest;
}

void expect_same(const Manifest& a, const Manifest& b) {
  EXPECT_EQ(a.backup, b.backup);
  EXPECT_EQ(a.backup_name, b.backup_name);
  EXPECT_EQ(a.server, b.server);
  EXPECT_EQ(a.server_name, b.server_name);
  EXPECT_EQ(a.node, b.node);
  EXPECT_EQ(a.configuration, b.configuration);
  EXPECT_EQ(a.disk, b.disk);
  EXPECT_EQ(a.format, b.format);
  EXPECT_EQ(a.operation, b.operation);
  EXPECT_EQ(a.fence, b.fence);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.completed, b.completed);
  EXPECT_EQ(a.tool, b.tool);
  EXPECT_EQ(a.ignore_rules, b.ignore_rules);
  EXPECT_EQ(a.ignore_rules_omitted, b.ignore_rules_omitted);
  EXPECT_EQ(a.entries, b.entries);
  EXPECT_EQ(a.files, b.files);
  EXPECT_EQ(a.content_bytes, b.content_bytes);
  EXPECT_EQ(a.warnings_count, b.warnings_count);
  EXPECT_EQ(a.owners_recorded, b.owners_recorded);
  EXPECT_EQ(a.list_digest, b.list_digest);
  EXPECT_EQ(a.root_hash, b.root_hash);
  ASSERT_EQ(a.warnings.size(), b.warnings.size());
  for (std::size_t i = 0; i < a.warnings.size(); ++i) {
    EXPECT_EQ(a.warnings[i].path, b.warnings[i].path);
    EXPECT_EQ(a.warnings[i].reason, b.warnings[i].reason);
  }
}

ErrorKind kind_of(std::string_view text) {
  try {
    Manifest::decode(text);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "decoded: " << text;
  return ErrorKind::kInternal;
}

std::string with_checksum(const std::string& body) {
  return R"({"manifest":)" + body + R"(,"sha256":")" + hex(crypto::sha256(body)) + R"("})";
}

TEST(Manifest, what_was_encoded_is_decoded) {
  expect_same(Manifest::decode(example().encode()), example());
}

TEST(Manifest, equal_manifests_have_equal_text) {
  EXPECT_EQ(example().encode(), Manifest::decode(example().encode()).encode());
}

TEST(Manifest, names_that_are_not_utf8_stay_readable_and_exact) {
  const auto text = example().encode();
  EXPECT_NE(text.find("a\xef\xbf\xbd/b"), std::string::npos);
  EXPECT_NE(text.find(R"("path_base64":")" + base64(as_bytes("a\xff/b")) + '"'), std::string::npos);
  EXPECT_TRUE(is_utf8(text));
}

TEST(Manifest, any_changed_byte_is_noticed) {
  const auto text = example().encode();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0x01, 0x20, 0x80}) {
      auto damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ bit);
      ASSERT_EQ(kind_of(damaged), ErrorKind::kCorrupt) << i;
    }
  }
}

TEST(Manifest, any_missing_end_is_noticed) {
  const auto text = example().encode();
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_EQ(kind_of(std::string_view(text).substr(0, size)), ErrorKind::kCorrupt) << size;
  }
  EXPECT_EQ(kind_of(text + " "), ErrorKind::kCorrupt);
}

TEST(Manifest, warnings_are_dropped_from_the_end_until_it_fits) {
  auto manifest = example();
  manifest.warnings.clear();
  for (int i = 0; i < 1000; ++i) {
    manifest.warnings.push_back({std::string(200, 'p') + std::to_string(i), "vanished while the backup ran"});
  }
  manifest.warnings_count = 123'456;
  const auto text = manifest.encode();
  EXPECT_LE(text.size(), Manifest::kMaxBytes);
  EXPECT_GT(text.size(), Manifest::kMaxBytes - 300);
  const auto decoded = Manifest::decode(text);
  EXPECT_EQ(decoded.warnings_count, 123'456u);
  ASSERT_GT(decoded.warnings.size(), 200u);
  for (std::size_t i = 0; i < decoded.warnings.size(); ++i) {
    ASSERT_EQ(decoded.warnings[i].path, manifest.warnings[i].path);
  }
  EXPECT_EQ(decoded.ignore_rules, manifest.ignore_rules);
}

TEST(Manifest, ignore_rules_that_do_not_fit_are_left_out_and_said_to_be) {
  auto manifest = example();
  manifest.ignore_rules.assign(70'000, 'x');
  const auto text = manifest.encode();
  EXPECT_LE(text.size(), Manifest::kMaxBytes);
  const auto decoded = Manifest::decode(text);
  EXPECT_TRUE(decoded.ignore_rules_omitted);
  EXPECT_EQ(decoded.ignore_rules, "");
  EXPECT_EQ(decoded.warnings.size(), 1u);
  EXPECT_TRUE(Manifest::decode(decoded.encode()).ignore_rules_omitted);
}

TEST(Manifest, names_that_do_not_fit_are_refused) {
  auto manifest = example();
  manifest.server_name.assign(70'000, 'x');
  try {
    manifest.encode();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTooLarge);
  }
}

TEST(Manifest, a_newer_version_is_named) {
  try {
    Manifest::decode(with_checksum(R"({"format_version":7})"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_NE(error.message().find("version 7"), std::string::npos);
  }
}

TEST(Manifest, unknown_members_of_the_same_version_are_passed_over) {
  const auto text = example().encode();
  const auto body = text.substr(12, text.size() - 12 - 77);
  expect_same(Manifest::decode(with_checksum(R"({"new_thing":[1,{}],)" + body.substr(1))), example());
}

TEST(Manifest, a_member_of_the_wrong_kind_is_damage) {
  const auto text = example().encode();
  const auto body = text.substr(12, text.size() - 12 - 77);
  const auto damaged = [&](const std::string& from, const std::string& to) {
    auto changed = body;
    changed.replace(changed.find(from), from.size(), to);
    return kind_of(with_checksum(changed));
  };
  EXPECT_EQ(damaged(R"("fence":18446744073709551615)", R"("fence":-1)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("fence":18446744073709551615)", R"("fence":1.5)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("disk":"local")", R"("disk":null)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("disk":"local")", R"("disc":"local")"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("list_digest":"ab)", R"("list_digest":")"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("owners_recorded":false)", R"("owners_recorded":0)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("started":"2026)", R"("started":"x026)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("warnings":[{)", R"("warnings":[7,{)"), ErrorKind::kCorrupt);
  EXPECT_EQ(damaged(R"("backup":"0b7f)", R"("backup":"zb7f)"), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(with_checksum("[]")), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(with_checksum("{")), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(with_checksum(std::string(20'000, '['))), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace strata::tree
