// What the Panel asks of its database, once on each engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/database/scratch_database_fake.h"
#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using database::Engine;
using database::ScratchDatabase;
using ::testing::HasSubstr;

class OnEngine : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!ScratchDatabase::is_available(GetParam())) GTEST_SKIP() << ScratchDatabase::kSkipReason;
    scratch_ = std::make_unique<ScratchDatabase>(GetParam());
    panel_ = std::make_unique<TestPanel>(TestPanelOptions{.database = scratch_->url()});
  }

  std::unique_ptr<ScratchDatabase> scratch_;
  std::unique_ptr<TestPanel> panel_;
};

TEST_P(OnEngine, a_life_of_every_resource) {
  const auto location = panel_->make_location("100% Frankfurt");
  panel_->clock().advance(std::chrono::seconds(1));
  panel_->make_location("100 Berlin");
  const auto configuration = panel_->make_configuration("Node disk", {{"description", "local"}});
  const auto node = panel_->make_node(location);
  const auto server = panel_->make_server(node);
  for (const auto& path :
       {"locations/" + location, "nodes/" + node, "servers/" + server, "backup-configurations/" + configuration}) {
    EXPECT_EQ(panel_->get("/api/admin/" + path).status, 200) << path;
  }
  EXPECT_EQ(panel_->patch("/api/admin/locations/" + location, {{"backup_configuration_uuid", configuration}}).status,
            200);
  EXPECT_EQ(panel_->patch("/api/admin/nodes/" + node, {{"memory", 4096}}).status, 200);
  EXPECT_EQ(panel_->patch("/api/admin/servers/" + server, {{"limits", {{"disk", 10}}}}).status, 200);
  EXPECT_EQ(panel_->patch("/api/admin/backup-configurations/" + configuration, {{"description", nullptr}}).status, 200);
  EXPECT_EQ(panel_->get("/api/admin/servers/" + server + "/explain").at("layer"), "location");
  EXPECT_EQ(panel_->get("/api/admin/locations?search=%25%20FRANK").at("locations").at("total"), 1);
  EXPECT_EQ(panel_->get("/api/admin/locations?page=2&per_page=1").at("locations").at("data").at(0).at("name"),
            "100 Berlin");
  for (const auto* holders : {"locations", "nodes", "servers"}) {
    EXPECT_EQ(panel_->get("/api/admin/backup-configurations/" + configuration + "/" + holders).status, 200) << holders;
  }
  EXPECT_EQ(panel_->get("/api/client/servers").at("servers").at("total"), 1);
  EXPECT_EQ(panel_->get("/api/client/servers/" + server.substr(0, 8)).status, 200);
  EXPECT_EQ(panel_->get("/api/admin/users").at("users").at("total"), 1);
  EXPECT_EQ(panel_->get("/api/client/account/api-keys").at("api_keys").at("total"), 1);
  EXPECT_EQ(panel_->get("/api/admin/activity").status, 200);

  const auto url = "/api/admin/backup-configurations/" + configuration;
  EXPECT_EQ(panel_->remove(url).status, 409);
  EXPECT_EQ(panel_->remove(url + "?force=true").status, 200);
  EXPECT_EQ(panel_->remove("/api/admin/servers/" + server).status, 200);
  EXPECT_EQ(panel_->remove("/api/admin/nodes/" + node).status, 200);
  EXPECT_EQ(panel_->remove("/api/admin/locations/" + location).status, 200);
}

TEST_P(OnEngine, names_sessions_and_codes_keep_their_promises) {
  panel_->make_location("Frankfurt");
  EXPECT_THAT(panel_->post("/api/admin/locations", {{"name", "Frankfurt"}}).errors(), HasSubstr("already exists"));
  const auto login = panel_->call(http::Method::kPost, "/api/auth/login",
                                  {{{"user", "ada"}, {"password", TestPanel::kPassword}}}, Credentials::nobody());
  EXPECT_EQ(login.status, 200);
  panel_->clock().advance(std::chrono::hours(1));
  EXPECT_EQ(panel_->get("/api/client/account").status, 200) << "notes the use of the key";
  const auto node = panel_->make_node(panel_->make_location("Berlin"));
  const auto code = panel_->post("/api/admin/nodes/" + node + "/join-code").at("code");
  const auto join = [&] {
    return panel_->call(http::Method::kPost, "/api/remote/join", {{{"code", code}}}, Credentials::nobody()).status;
  };
  EXPECT_EQ(join(), 200);
  EXPECT_EQ(join(), 401);
}

TEST_P(OnEngine, a_second_start_finds_its_data_and_another_root_key_is_refused) {
  panel_->make_location("Frankfurt");
  panel_.reset();
  // Every TestPanel has a root key of its own, as a Panel whose key file was lost would.
  try {
    TestPanel again(TestPanelOptions{.database = scratch_->url()});
    FAIL() << "started with another root key";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, OnEngine, testing::Values(Engine::kSqlite, Engine::kPostgresql),
                         [](const auto& engine) { return engine.param == Engine::kSqlite ? "sqlite" : "postgresql"; });

}  // namespace
}  // namespace strata::panel
