#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/wire/accounts.h"
#include "strata/wire/configurations.h"
#include "strata/wire/events.h"
#include "strata/wire/nodes.h"
#include "strata/wire/paging.h"
#include "strata/wire/remote_api.h"
#include "strata/wire/servers.h"

namespace strata::wire {
namespace {

std::vector<std::string> faults_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    return error.all();
  }
  return {};
}

TEST(Wire, a_configuration_is_written_with_all_documented_keys) {
  BackupConfiguration configuration;
  configuration.name = "Node disk";
  configuration.created = Timestamp{std::chrono::seconds{1'700'000'000}};
  EXPECT_EQ(describe::to_text(configuration),
            R"({"uuid":"00000000-0000-0000-0000-000000000000","name":"Node disk","description":null,)"
            R"("maintenance_enabled":false,"shared":false,"backup_disk":"local",)"
            R"("backup_configs":{"s3":null,"restic":null,"pbs":null,"kopia":null},"created":"2023-11-14T22:13:20Z"})");
}

TEST(Wire, absent_fields_of_a_configuration_take_their_defaults) {
  const auto read = describe::parse<CreateBackupConfiguration>(std::string_view(R"({"name":"x"})"));
  EXPECT_FALSE(read.maintenance_enabled);
  EXPECT_FALSE(read.shared);
  EXPECT_EQ(read.backup_disk, BackupDisk::kLocal);
}

TEST(Wire, every_disk_has_its_wire_name_and_its_name_on_the_node) {
  const std::vector<std::pair<std::string, std::string>> expected = {{"local", "wings"}, {"ddup-bak", "ddup-bak"},
                                                                     {"btrfs", "btrfs"}, {"zfs", "zfs"},
                                                                     {"s3", "s3"},       {"restic", "restic"}};
  for (const auto& [name, adapter] : expected) {
    const auto disk = describe::enum_of<BackupDisk>(name);
    ASSERT_TRUE(disk) << name;
    EXPECT_EQ(adapter_of(*disk), adapter);
  }
  EXPECT_FALSE(describe::enum_of<BackupDisk>("kopia"));
}

TEST(Wire, all_wrong_fields_of_a_node_are_named_at_once) {
  const auto faults = faults_of([] {
    describe::parse<CreateNode>(std::string_view(
        R"({"location_uuid":"x","name":"","url":"ftp://node","public_url":"no","sftp_port":0,"memory":-1,"disk":"much"})"));
  });
  ASSERT_EQ(faults.size(), 7U);
  const std::vector<std::string> fields = {"location_uuid", "name", "public_url", "url", "sftp_port", "memory", "disk"};
  for (std::size_t i = 0; i < fields.size(); ++i) EXPECT_TRUE(faults[i].starts_with(fields[i] + ": ")) << faults[i];
}

TEST(Wire, game_fields_of_a_server_are_ignored_and_its_limits_have_defaults) {
  const auto read = describe::parse<CreateServer>(
      std::string_view(R"({"node_uuid":"3a9f1f1c-64f2-4a64-9d2e-0f2f4d7d1a11","name":"survival","egg_uuid":7,)"
                       R"("allocation_uuid":null,"startup":"java","image":"x","feature_limits":{"backups":3}})"));
  EXPECT_EQ(read.feature_limits.backups, 3);
  EXPECT_EQ(read.feature_limits.schedules, 0);
  EXPECT_EQ(read.limits.disk, 0);
}

TEST(Wire, a_relative_path_and_an_unknown_runtime_are_refused) {
  const auto faults = faults_of([] {
    describe::parse<CreateServer>(
        std::string_view(R"({"node_uuid":"3a9f1f1c-64f2-4a64-9d2e-0f2f4d7d1a11","name":"abc","path":"srv/x",)"
                         R"("runtime":{"kind":"vm"}})"));
  });
  EXPECT_EQ(faults, (std::vector<std::string>{"path: must be an absolute path on the node",
                                              "runtime.kind: must be one of none, systemd, docker, command"}));
}

TEST(Wire, a_report_of_a_reference_node_is_read_without_the_extensions) {
  const auto report = describe::parse<BackupReport>(
      std::string_view(R"({"checksum":"ab","checksum_type":"sha1","size":5,"files":2,"successful":true,)"
                       R"("browsable":false,"streaming":false,"parts":[{"etag":"e","part_number":1}]})"));
  EXPECT_EQ(report.fence, 0U);
  EXPECT_FALSE(report.operation);
  EXPECT_EQ(report.parts.at(0).part_number, 1);
}

TEST(Wire, a_reset_without_a_body_loses_every_operation) {
  const auto reset = describe::parse<ResetRequest>(std::string_view("{}"));
  EXPECT_TRUE(reset.operations.empty());
  EXPECT_FALSE(reset.boot);
}

TEST(Wire, a_password_is_read_and_never_written) {
  const auto login = describe::parse<LoginRequest>(std::string_view(R"({"user":"ada","password":"correct horse"})"));
  EXPECT_EQ(login.password.reveal(), "correct horse");
  EXPECT_EQ(describe::to_text(login).find("horse"), std::string::npos);
}

TEST(Wire, a_user_name_cannot_look_like_an_email_address) {
  const auto faults = faults_of([] {
    describe::parse<CreateUser>(std::string_view(R"({"username":"a@b.c","email":"nobody","password":"short"})"));
  });
  EXPECT_EQ(faults, (std::vector<std::string>{"username: may only contain letters, digits and . _ -",
                                              "email: is not an e-mail address", "password: length is lower than 12"}));
}

TEST(Wire, a_page_is_named_after_its_items_and_bounded) {
  EXPECT_EQ(page_schema_name(describe::SchemaFor<Location>::get()), "LocationPage");
  const auto faults = faults_of([] {
    const std::vector<std::pair<std::string, std::string>> query = {
        {"page", "0"}, {"per_page", "101"}, {"search", std::string(129, 'x')}};
    describe::parse_query<PageQuery>(query);
  });
  EXPECT_EQ(faults, (std::vector<std::string>{"page: lower than 1", "per_page: greater than 100",
                                              "search: length is greater than 128"}));
}

}  // namespace
}  // namespace strata::wire
