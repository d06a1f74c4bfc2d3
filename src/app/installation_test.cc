#include "strata/app/installation.h"

#include <fstream>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::app {
namespace {

class InstallationTest : public testing::Test {
 protected:
  static Installation example() {
    return {.username = "admin",
            .password = Secret("one-time"),
            .api_key = Secret("strata_key"),
            .location = "l",
            .node = "n",
            .server = "s",
            .sample_done = true};
  }
  vfs::TemporaryDirectory data;
};

TEST_F(InstallationTest, before_the_first_start_there_is_none) {
  EXPECT_FALSE(load_installation(data.directory()));
}

TEST_F(InstallationTest, what_was_saved_is_found_again_whole) {
  save_installation(data.directory(), example());
  const auto found = load_installation(data.directory());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->username, "admin");
  EXPECT_EQ(found->password.reveal(), "one-time");
  EXPECT_EQ(found->api_key.reveal(), "strata_key");
  EXPECT_EQ(found->location, "l");
  EXPECT_EQ(found->node, "n");
  EXPECT_EQ(found->server, "s");
  EXPECT_TRUE(found->sample_done);
}

TEST_F(InstallationTest, only_its_owner_can_read_it) {
  save_installation(data.directory(), example());
  EXPECT_EQ(data.directory().stat(vfs::Path::parse("up.json")).mode, 0600u);
}

TEST_F(InstallationTest, a_later_state_replaces_the_earlier) {
  auto installation = example();
  installation.server = "";
  installation.sample_done = false;
  save_installation(data.directory(), installation);
  save_installation(data.directory(), example());
  EXPECT_TRUE(load_installation(data.directory())->sample_done);
  EXPECT_EQ(data.directory().list().size(), 1u) << "no temporary file stays";
}

// A first start must not be repeated over a database that exists: it would make a second administrator.
TEST_F(InstallationTest, a_damaged_file_is_never_taken_for_a_first_start) {
  for (const std::string text : {"", "{", "[]", "null", R"({"username":"admin"})",
                                 R"({"username":1,"password":"p","api_key":"k","location":"l","node":"n","server":"s",
                                    "sample_done":true})"}) {
    std::ofstream(data.path("up.json")) << text;
    try {
      load_installation(data.directory());
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << text;
      EXPECT_NE(error.message().find("up.json"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace strata::app
