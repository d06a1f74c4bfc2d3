#include "strata/wings/servers/server_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"
#include "strata/base/error.h"
#include "strata/database/scratch_database_fake.h"
#include "strata/wings/journal/schema.h"

namespace strata::wings {
namespace {

wire::RemoteServerSettings server_named(std::string name) {
  wire::RemoteServerSettings settings;
  settings.uuid = ServerId::random();
  settings.meta.name = std::move(name);
  return settings;
}

class ServerRegistryTest : public testing::Test {
 protected:
  ServerRegistryTest() { prepare_node_state(database); }

  FakeClock clock;
  database::ScratchDatabase scratch{database::Engine::kSqlite};
  database::Database database = scratch.open();
};

TEST_F(ServerRegistryTest, servers_are_known_after_a_restart) {
  auto server = server_named("survival");
  server.path = "/srv/minecraft";
  server.egg.file_denylist = {"*.secret"};
  ServerRegistry(database, clock).put(server);
  const auto kept = ServerRegistry(database, clock).find(server.uuid);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->meta.name, "survival");
  EXPECT_EQ(kept->path, "/srv/minecraft");
  EXPECT_THAT(kept->egg.file_denylist, testing::ElementsAre("*.secret"));
}

TEST_F(ServerRegistryTest, what_the_panel_lists_is_all_there_is) {
  ServerRegistry registry(database, clock);
  const auto old = server_named("old");
  auto stays = server_named("stays");
  registry.put(old);
  registry.put(stays);
  stays.meta.name = "renamed";
  const auto gone = registry.replace_all({stays, server_named("new")});
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0]->uuid, old.uuid);
  EXPECT_EQ(registry.list().size(), 2u);
  EXPECT_EQ(ServerRegistry(database, clock).get(stays.uuid)->meta.name, "renamed");
  EXPECT_FALSE(ServerRegistry(database, clock).find(old.uuid));
}

TEST_F(ServerRegistryTest, an_unknown_server_is_said_so) {
  ServerRegistry registry(database, clock);
  EXPECT_THROW(registry.get(ServerId::random()), Error);
  EXPECT_FALSE(registry.remove(ServerId::random()));
}

}  // namespace
}  // namespace strata::wings
