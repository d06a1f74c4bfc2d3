#include "strata/cli/lookup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/base/id.h"
#include "strata/cli/panel_fake.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

const std::string kSurvival = "11111111-aaaa-4000-8000-000000000001";
const std::string kCreative = "11111111-bbbb-4000-8000-000000000002";
const std::string kLobby = "22222222-aaaa-4000-8000-000000000003";

json::object item(const std::string& uuid, const std::string& name) {
  return {{"uuid", uuid}, {"name", name}};
}

class LookupTest : public testing::Test {
 protected:
  LookupTest() {
    panel.list(
        "/api/admin/servers", "servers",
        {item(kSurvival, "Survival"), item(kCreative, "Creative"), item(kLobby, "Survival 2"),
         item("33333333-aaaa-4000-8000-000000000004", "twin"), item("44444444-aaaa-4000-8000-000000000005", "twin"),
         item("55555555-aaaa-4000-8000-000000000006", "beef")});
  }
  Error refusal(const std::string& typed) {
    try {
      find_server(api, typed);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing was refused"};
  }

  FakePanel panel;
  Api api{{.url = panel.url(), .api_key = Secret(FakePanel::kApiKey)}};
};

TEST_F(LookupTest, a_whole_uuid_is_taken_as_it_is_without_asking) {
  EXPECT_EQ(find_server(api, "99999999-AAAA-4000-8000-000000000001"), "99999999-aaaa-4000-8000-000000000001");
  EXPECT_TRUE(panel.asked().empty());
}

TEST_F(LookupTest, a_name_must_match_exactly) {
  EXPECT_EQ(find_server(api, "Survival"), kSurvival);
  EXPECT_EQ(find_server(api, "Survival 2"), kLobby);
  EXPECT_EQ(refusal("Surv").kind(), ErrorKind::kNotFound);
  EXPECT_NE(refusal("Surv").message().find("there is no server 'Surv'"), std::string::npos);
}

TEST_F(LookupTest, the_start_of_a_uuid_is_enough_when_it_fits_one) {
  EXPECT_EQ(find_server(api, "2222"), kLobby);
  EXPECT_EQ(find_server(api, "11111111-b"), kCreative);
  EXPECT_EQ(refusal("222").kind(), ErrorKind::kNotFound) << "three digits are not meant as a uuid";
}

TEST_F(LookupTest, what_fits_several_lists_them) {
  const auto by_uuid = refusal("1111");
  EXPECT_EQ(by_uuid.kind(), ErrorKind::kInvalid);
  EXPECT_NE(by_uuid.message().find(kSurvival), std::string::npos) << by_uuid.message();
  EXPECT_NE(by_uuid.message().find(kCreative), std::string::npos) << by_uuid.message();
  const auto by_name = refusal("twin");
  EXPECT_EQ(by_name.kind(), ErrorKind::kInvalid);
  EXPECT_NE(by_name.message().find("44444444"), std::string::npos) << by_name.message();
}

TEST_F(LookupTest, a_name_that_looks_like_a_uuid_is_found_by_name) {
  EXPECT_EQ(find_server(api, "beef"), "55555555-aaaa-4000-8000-000000000006");
}

TEST_F(LookupTest, a_name_is_searched_for_by_the_panel_and_escaped) {
  panel.list("/api/admin/servers", "servers", {item(kSurvival, "a&b %=ü")});
  EXPECT_EQ(find_server(api, "a&b %=ü"), kSurvival);
}

// The Panel takes searches of at most 128 characters, names have up to 255.
TEST_F(LookupTest, a_name_longer_than_a_search_is_found_too) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "ü";
  panel.list("/api/admin/servers", "servers", {item(kSurvival, name)});
  EXPECT_EQ(find_server(api, name), kSurvival);
  const auto target = panel.asked().back().what;
  EXPECT_EQ(target.find("search="), std::string::npos) << target;
}

TEST_F(LookupTest, every_page_of_a_list_is_read) {
  json::array many;
  for (int i = 0; i < 250; ++i) many.push_back(item(Uuid::random().text(), fmt::format("n{}", i)));
  panel.list("/api/admin/nodes", "nodes", many);
  EXPECT_EQ(list_all(api, "/api/admin/nodes", "nodes"), many);
  EXPECT_EQ(panel.asked().size(), 3u);
}

TEST_F(LookupTest, a_list_that_ends_with_a_full_page_ends) {
  json::array many;
  for (int i = 0; i < 100; ++i) many.push_back(item(Uuid::random().text(), fmt::format("n{}", i)));
  panel.list("/api/admin/nodes", "nodes", many);
  EXPECT_EQ(list_all(api, "/api/admin/nodes", "nodes").size(), 100u);
}

TEST_F(LookupTest, an_answer_without_the_list_is_not_taken_for_an_empty_one) {
  panel.answer("GET /api/admin/nodes", json::object{{"nodes", json::object{}}});
  EXPECT_THROW(list_all(api, "/api/admin/nodes", "nodes"), Error);
}

TEST_F(LookupTest, a_customer_uses_the_short_id_without_an_admin_list) {
  panel.answer("GET /api/admin/servers", json::object{{"errors", json::array{"unauthorized"}}}, 401);
  EXPECT_EQ(find_server(api, "11111111"), "11111111");
  EXPECT_EQ(refusal("Survival").kind(), ErrorKind::kUnauthorized);
}

TEST_F(LookupTest, latest_is_the_newest_backup_that_can_be_used) {
  const auto backup = [](const std::string& uuid, bool successful, json::value deletion) {
    return json::object{
        {"uuid", uuid}, {"name", "nightly"}, {"is_successful", successful}, {"deletion_status", std::move(deletion)}};
  };
  panel.list("/api/client/servers/S/backups", "backups",
             {backup(kSurvival, true, nullptr), backup(kCreative, true, nullptr), backup(kLobby, false, nullptr),
              backup("33333333-aaaa-4000-8000-000000000004", true, "deleting")});
  EXPECT_EQ(find_backup(api, "S", "latest"), kCreative);
  EXPECT_EQ(find_backup(api, "S", "2222"), kLobby);
}

TEST_F(LookupTest, without_a_completed_backup_latest_says_so) {
  panel.list("/api/client/servers/S/backups", "backups",
             {json::object{{"uuid", kLobby}, {"name", "x"}, {"is_successful", false}}});
  try {
    find_backup(api, "S", "latest");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(error.message().find("no completed backup"), std::string::npos);
  }
}

TEST_F(LookupTest, the_panels_own_words_reach_the_caller) {
  panel.answer("GET /api/admin/locations", json::object{{"errors", json::array{"first fault", "second fault"}}}, 400);
  try {
    list_all(api, "/api/admin/locations", "locations");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_EQ(error.all(), (std::vector<std::string>{"first fault", "second fault"}));
  }
  EXPECT_EQ(panel.asked().back().bearer, FakePanel::kApiKey);
}

}  // namespace
}  // namespace strata::cli
