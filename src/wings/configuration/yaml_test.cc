#include "strata/wings/configuration/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ConfigurationText, an_empty_file_gives_the_defaults_of_the_reference) {
  const auto values = parse_configuration("");
  EXPECT_EQ(values.api.host, "0.0.0.0");
  EXPECT_EQ(values.api.port, 8080);
  EXPECT_EQ(values.system.data, "/var/lib/pterodactyl/volumes");
  EXPECT_EQ(values.system.backup_directory, "/var/lib/pterodactyl/backups");
  EXPECT_EQ(values.system.backups.wings.archive_format, BackupArchiveFormat::kTarGz);
  EXPECT_EQ(values.system.backups.job_memory, 192u);
  EXPECT_EQ(values.system.undo_hours, 24u);
}

TEST(ConfigurationText, keys_are_read_at_every_depth) {
  const auto values = parse_configuration(R"(
token_id: 1234567890123456
token: "0123"
api: {port: 9090, ssl: {enabled: true, cert: /etc/c.pem, key: /etc/k.pem}}
system:
  disk_limiter_mode: btrfs_subvolume
  user: {uid: 988, gid: 987}
  extra_roots: [/srv, /home/games]
  backups: {write_limit: 50, compression_level: good_compression, wings: {archive_format: tar_zstd}}
runtimes:
  systemd: {minecraft: {unit: minecraft.service, hooks: {before_backup: [/usr/bin/save, --all]}}}
  command: {demo: {start: [/usr/bin/sleep, "100"], stop_signal: SIGINT}}
)");
  EXPECT_EQ(values.token_id, "1234567890123456");
  EXPECT_EQ(values.token.reveal(), "0123");
  EXPECT_EQ(values.api.port, 9090);
  EXPECT_TRUE(values.api.ssl.enabled);
  EXPECT_EQ(values.system.disk_limiter_mode, LimiterMode::kBtrfsSubvolume);
  EXPECT_EQ(values.system.user.uid, 988u);
  EXPECT_THAT(values.system.extra_roots, ElementsAre("/srv", "/home/games"));
  EXPECT_EQ(values.system.backups.write_limit, 50u);
  EXPECT_EQ(values.system.backups.wings.archive_format, BackupArchiveFormat::kTarZstd);
  const auto* minecraft = values.runtimes.systemd.find("minecraft");
  ASSERT_NE(minecraft, nullptr);
  EXPECT_THAT(minecraft->hooks.before_backup, ElementsAre("/usr/bin/save", "--all"));
  ASSERT_NE(values.runtimes.command.find("demo"), nullptr);
  EXPECT_EQ(values.runtimes.command.find("demo")->stop_signal, "SIGINT");
}

TEST(ConfigurationText, every_fault_is_named_at_once) {
  try {
    parse_configuration(R"(
remote: not a url
api: {port: 70000}
system: {data: relative/path, backups: {parallel_jobs: 0, compression_level: fastest}}
runtimes: {command: {demo: {start: []}}}
)");
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.all(),
                ElementsAre(HasSubstr("remote: "), HasSubstr("api.port: "), HasSubstr("system.data: "),
                            HasSubstr("system.backups.compression_level: "),
                            HasSubstr("system.backups.parallel_jobs: "), HasSubstr("runtimes.command.demo.start: ")));
  }
}

TEST(ConfigurationText, a_folder_that_climbs_up_is_refused) {
  EXPECT_THROW(parse_configuration("system: {data: /srv/../etc}"), Error);
  EXPECT_THROW(parse_configuration("system: {backups: {mounting: {path: ../x}}}"), Error);
}

TEST(ConfigurationText, a_key_without_a_value_counts_as_absent) {
  EXPECT_EQ(parse_configuration("api:\nsystem:\n  data: ~\n").system.data, "/var/lib/pterodactyl/volumes");
}

TEST(ConfigurationText, what_is_not_yaml_is_refused_with_its_line) {
  try {
    parse_configuration("debug: true\napi: {port: [\n");
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.message(), HasSubstr("line "));
  }
}

TEST(ConfigurationText, a_small_file_cannot_stand_for_a_huge_tree) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THROW(parse_configuration(bomb), Error);
}

TEST(ConfigurationText, unknown_keys_stay_when_the_file_is_written) {
  const std::string before = R"(
docker: {network: {interface: 172.18.0.1}}
api: {upload_limit: 250, port: 8080}
runtimes: {command: {old: {start: [/bin/true]}}}
)";
  auto values = parse_configuration(before);
  values.api.port = 9999;
  values.token = Secret("true");
  values.runtimes.command.erase("old");
  const auto after = render_configuration(values, before);
  EXPECT_THAT(after, HasSubstr("172.18.0.1"));
  EXPECT_THAT(after, HasSubstr("upload_limit: 250"));
  EXPECT_THAT(after, HasSubstr("port: 9999"));
  EXPECT_THAT(after, Not(HasSubstr("old")));
  const auto again = parse_configuration(after);
  EXPECT_EQ(again.api.port, 9999);
  EXPECT_EQ(again.token.reveal(), "true");
  EXPECT_TRUE(again.runtimes.command.empty());
}

TEST(ConfigurationText, texts_that_look_like_something_else_survive) {
  for (const char* text :
       {"null", "~", "0123", "1e5", "yes", "a: b", "# no comment", "- x", "", " padded ", "ä\n\"'"}) {
    Configuration values;
    values.token = Secret(text);
    EXPECT_EQ(parse_configuration(render_configuration(values, "")).token.reveal(), text);
  }
}

}  // namespace
}  // namespace strata::wings
