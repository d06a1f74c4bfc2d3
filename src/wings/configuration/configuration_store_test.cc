#include "strata/wings/configuration/configuration_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using vfs::read_plain;
using vfs::write_plain;

boost::json::value json(std::string_view text) {
  return describe::parse_json(text);
}

class ConfigurationStoreTest : public testing::Test {
 protected:
  std::string write(std::string_view yaml) {
    write_plain(directory.path("wings.yml"), yaml);
    return directory.path("wings.yml");
  }

  vfs::TemporaryDirectory directory;
  vfs::PosixKernel kernel;
};

TEST_F(ConfigurationStoreTest, a_patch_acts_at_once_and_survives_a_restart) {
  const auto path = write("docker: {socket: /run/x}\nsystem: {backups: {write_limit: 1, read_limit: 7}}\n");
  ConfigurationStore store(kernel, path);
  const auto before = store.snapshot();
  store.apply_patch(json(R"({"system":{"backups":{"write_limit":50},"disk_limiter_mode":"zfs_dataset"},
                             "throttles":{"lines":9}})"));
  EXPECT_EQ(before->system.backups.write_limit, 1u) << "a snapshot never changes";
  EXPECT_EQ(store.snapshot()->system.backups.write_limit, 50u);

  const auto again = ConfigurationStore(kernel, path).snapshot();
  EXPECT_EQ(again->system.backups.write_limit, 50u);
  EXPECT_EQ(again->system.backups.read_limit, 7u);
  EXPECT_EQ(again->system.disk_limiter_mode, LimiterMode::kZfsDataset);
  EXPECT_EQ(again->throttles.lines, 9u);
  EXPECT_THAT(read_plain(path), HasSubstr("/run/x"));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(ConfigurationStoreTest, the_panel_cannot_change_what_names_places_or_programs) {
  const auto path = write("token: secret\n");
  ConfigurationStore store(kernel, path);
  for (const char* patch :
       {R"({"token":"x"})", R"({"system":{"data":"/etc"}})", R"({"system":{"extra_roots":["/"]}})",
        R"({"system":null})", R"({"system":{"backups":null}})", R"({"system":{"backups":{"restic":null}}})",
        R"({"system":{"backups":{"restic":{"environment":{"LD_PRELOAD":"x"}}}}})",
        R"({"system":{"backups":{"restic":{"password_file":"/x"}}}})",
        R"({"system":{"backups":{"mounting":{"path":"x"}}}})",
        R"({"runtimes":{"command":{"x":{"start":["/bin/sh"]}}}})", R"({"state_directory":"/x"})"}) {
    try {
      store.apply_patch(json(patch));
      ADD_FAILURE() << patch << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kForbidden) << patch;
    }
  }
  EXPECT_EQ(read_plain(path), "token: secret\n");
}

TEST_F(ConfigurationStoreTest, a_wrong_value_changes_nothing_and_names_every_fault) {
  const auto path = write("");
  ConfigurationStore store(kernel, path);
  try {
    store.apply_patch(json(R"({"system":{"backups":{"write_limit":5,"parallel_jobs":0,"compression_level":"x"}}})"));
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_EQ(error.all().size(), 2u);
  }
  EXPECT_EQ(store.snapshot()->system.backups.write_limit, 0u);
}

TEST_F(ConfigurationStoreTest, an_unknown_key_of_a_patch_is_refused) {
  ConfigurationStore store{Configuration{}};
  try {
    store.apply_patch(json(R"({"system":{"backups":{"wirte_limit":5}}})"));
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.message(), HasSubstr("system.backups.wirte_limit"));
  }
}

TEST_F(ConfigurationStoreTest, null_gives_the_default_back) {
  ConfigurationStore store(kernel, write("system: {backups: {write_limit: 5}}"));
  store.apply_patch(json(R"({"system":{"backups":{"write_limit":null}}})"));
  EXPECT_EQ(store.snapshot()->system.backups.write_limit, 0u);
}

TEST_F(ConfigurationStoreTest, sending_back_what_was_read_is_no_change) {
  ConfigurationStore store(kernel, write(""));
  auto everything = describe::to_json(*store.snapshot());
  everything.at("system").at("backups").as_object()["read_limit"] = 12;
  EXPECT_EQ(store.apply_patch(everything)->system.backups.read_limit, 12u);
}

TEST_F(ConfigurationStoreTest, a_node_may_refuse_changes_from_the_panel) {
  ConfigurationStore store(kernel, write("ignore_panel_config_updates: true"));
  EXPECT_THROW(store.apply_patch(json(R"({"system":{"backups":{"write_limit":5}}})")), Error);
}

TEST_F(ConfigurationStoreTest, the_administrator_may_change_everything_that_is_valid) {
  const auto path = write("");
  ConfigurationStore store(kernel, path);
  store.edit([](Configuration& values) { values.system.extra_roots.push_back("/srv"); });
  EXPECT_THAT(ConfigurationStore(kernel, path).snapshot()->system.extra_roots, ElementsAre("/srv"));
  EXPECT_THROW(store.edit([](Configuration& values) { values.system.extra_roots.push_back("srv"); }), Error);
  EXPECT_EQ(store.snapshot()->system.extra_roots.size(), 1u);
}

TEST_F(ConfigurationStoreTest, a_reference_configuration_is_taken_over_and_never_written) {
  const std::string reference = R"(
uuid: 6f9619ff-8b86-d011-b42d-00cf4fc964ff
token_id: abcdefghijklmnop
token: a-secret
remote: https://panel.example
docker: {network: {name: pterodactyl_nw}}
system: {sftp: {bind_port: 2022}, backups: {write_limit: 25}}
)";
  write_plain(directory.path("config.yml"), reference);
  ConfigurationStore::import_reference(kernel, directory.path("config.yml"), directory.path("wings.yml"));
  EXPECT_EQ(read_plain(directory.path("config.yml")), reference);
  const auto values = ConfigurationStore(kernel, directory.path("wings.yml")).snapshot();
  EXPECT_EQ(values->uuid.text(), "6f9619ff-8b86-d011-b42d-00cf4fc964ff");
  EXPECT_EQ(values->token.reveal(), "a-secret");
  EXPECT_EQ(values->system.backups.write_limit, 25u);
  EXPECT_THAT(read_plain(directory.path("wings.yml")), HasSubstr("pterodactyl_nw"));
  EXPECT_THROW(ConfigurationStore::import_reference(kernel, directory.path("config.yml"), directory.path("wings.yml")),
               Error)
      << "an existing file must not be replaced";
}

TEST_F(ConfigurationStoreTest, a_missing_file_is_named) {
  try {
    ConfigurationStore store(kernel, directory.path("none.yml"));
    FAIL() << "was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_THAT(error.message(), HasSubstr("none.yml"));
  }
}

TEST(ConfigurationPage, the_committed_page_is_the_one_the_table_gives) {
  EXPECT_EQ(vfs::read_plain(STRATA_SOURCE_DIRECTORY "/docs/wings-config.md"), configuration_markdown())
      << "docs/wings-config.md is out of date: print configuration_markdown() into it";
}

}  // namespace
}  // namespace strata::wings
