#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string all_path() {
  return "/api/admin/locations";
}

std::vector<std::string> names_of(const TestAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& item : answer.at("locations").at("data").as_array()) names.emplace_back(item.at("name").as_string());
  return names;
}

TEST(Locations, create_change_and_delete) {
  TestPanel panel;
  const auto uuid = panel.make_location("Frankfurt");
  EXPECT_EQ(panel.patch(all_path() + "/" + uuid, {{"name", "Berlin"}, {"flag", "de"}, {"description", "cold"}}).json,
            boost::json::object());
  const auto shown = panel.get(all_path() + "/" + uuid);
  EXPECT_EQ(shown.at("location").at("name"), "Berlin");
  EXPECT_EQ(shown.at("location").at("flag"), "de");
  EXPECT_EQ(shown.at("location").at("backup_configuration"), nullptr);
  panel.patch(all_path() + "/" + uuid, {{"flag", nullptr}});
  EXPECT_EQ(panel.get(all_path() + "/" + uuid).at("location").at("flag"), nullptr);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid).at("location").at("description"), "cold");
  EXPECT_EQ(panel.remove(all_path() + "/" + uuid).status, 200);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid).status, 404);
}

TEST(Locations, an_unknown_configuration_is_a_400_and_nothing_changes) {
  TestPanel panel;
  const auto nothing = Uuid::random().text();
  const auto refused = panel.post(all_path(), {{"name", "Frankfurt"}, {"backup_configuration_uuid", nothing}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.errors(), "invalid relation `backup_configuration` provided");
  EXPECT_EQ(panel.count("locations"), 0);
  const auto uuid = panel.make_location();
  EXPECT_EQ(panel.patch(all_path() + "/" + uuid, {{"name", "New"}, {"backup_configuration_uuid", nothing}}).status,
            400);
  EXPECT_EQ(panel.get(all_path() + "/" + uuid).at("location").at("name"), "Frankfurt");
}

TEST(Locations, one_with_nodes_is_not_deleted) {
  TestPanel panel;
  const auto uuid = panel.make_location();
  panel.make_node(uuid);
  const auto refused = panel.remove(all_path() + "/" + uuid);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.errors(), "location has nodes, cannot delete");
  EXPECT_EQ(panel.get(all_path() + "/" + uuid + "/nodes").at("nodes").at("total"), 1);
}

TEST(Locations, a_taken_name_is_a_conflict) {
  TestPanel panel;
  panel.make_location("Frankfurt");
  EXPECT_EQ(panel.post(all_path(), {{"name", "Frankfurt"}}).errors(), "location with name already exists");
}

TEST(Lists, pages_are_in_order_of_creation_and_the_total_holds_past_the_end) {
  TestPanel panel;
  for (const auto* name : {"e", "d", "c", "b", "a"}) {
    panel.make_location(name);
    panel.clock().advance(std::chrono::seconds(1));
  }
  const auto first = panel.get(all_path() + "?per_page=2");
  EXPECT_THAT(names_of(first), ElementsAre("e", "d"));
  EXPECT_EQ(first.at("locations").at("total"), 5);
  EXPECT_EQ(first.at("locations").at("per_page"), 2);
  EXPECT_EQ(first.at("locations").at("page"), 1);
  EXPECT_THAT(names_of(panel.get(all_path() + "?per_page=2&page=3")), ElementsAre("a"));
  const auto past = panel.get(all_path() + "?per_page=2&page=4");
  EXPECT_THAT(names_of(past), ElementsAre());
  EXPECT_EQ(past.at("locations").at("total"), 5);
}

TEST(Lists, search_ignores_case_and_takes_percent_underscore_and_backslash_literally) {
  TestPanel panel;
  for (const auto* name : {"100% safe", "100 percent", "under_score", "underXscore", R"(back\slash)"}) {
    panel.make_location(name);
    panel.clock().advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(names_of(panel.get(all_path() + "?search=UNDER")), ElementsAre("under_score", "underXscore"));
  EXPECT_THAT(names_of(panel.get(all_path() + "?search=%25")), ElementsAre("100% safe"));
  EXPECT_THAT(names_of(panel.get(all_path() + "?search=r_s")), ElementsAre("under_score"));
  EXPECT_THAT(names_of(panel.get(all_path() + "?search=%5C")), ElementsAre(R"(back\slash)"));
  EXPECT_EQ(panel.get(all_path() + "?search=100").at("locations").at("total"), 2);
  EXPECT_EQ(panel.get(all_path() + "?search=").at("locations").at("total"), 5);
}

TEST(Lists, wrong_paging_is_named_all_at_once) {
  TestPanel panel;
  const auto refused = panel.get(all_path() + "?page=0&per_page=101&search=" + std::string(129, 'x'));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(), AllOf(HasSubstr("page: lower than 1"), HasSubstr("per_page: greater than 100"),
                                      HasSubstr("search: length is greater than 128")));
}

}  // namespace
}  // namespace strata::panel
