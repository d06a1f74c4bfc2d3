#include "strata/panel/accounts/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string keys_path() {
  return "/api/client/account/api-keys";
}

TEST(PermissionSet, everything_narrows_to_the_limit_and_lists_to_what_is_in_both) {
  const PermissionSet two({"a.read", "b.read"});
  EXPECT_EQ(PermissionSet::everything().narrowed_to(two).names(), two.names());
  EXPECT_EQ(two.narrowed_to(PermissionSet({"b.read", "c.read"})).names(), std::vector<std::string>{"b.read"});
  EXPECT_TRUE(two.narrowed_to(PermissionSet()).empty());
  EXPECT_TRUE(two.is_within(PermissionSet::everything()));
  EXPECT_FALSE(PermissionSet::everything().is_within(two));
  EXPECT_FALSE(PermissionSet().has("a.read"));
  EXPECT_EQ(PermissionSet::everything().names(), std::vector<std::string>{"*"});
}

TEST(ApiKeys, the_key_is_shown_once_and_ends_at_its_time) {
  TestPanel panel;
  const auto made =
      panel.post(keys_path(), {{"name", "ci"}, {"expires", rfc3339(panel.clock().now() + std::chrono::hours(1))}});
  ASSERT_EQ(made.status, 200) << made.text;
  const auto key = std::string(made.at("key").as_string());
  EXPECT_THAT(key, testing::StartsWith("strata_"));
  const auto list = panel.get(keys_path());
  EXPECT_EQ(list.at("api_keys").at("total"), 2);
  EXPECT_THAT(list.text, AllOf(HasSubstr(key.substr(0, 16)), Not(HasSubstr(key))));
  const auto status = [&] {
    return panel.call(http::Method::kGet, "/api/admin/locations", {}, Credentials::bearer(key)).status;
  };
  EXPECT_EQ(status(), 200);
  panel.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(status(), 401);
}

TEST(ApiKeys, a_deleted_key_opens_nothing_and_another_users_key_is_not_found) {
  TestPanel panel;
  const auto made = panel.post(keys_path(), {{"name", "old"}});
  const auto key = Credentials::bearer(std::string(made.at("key").as_string()));
  const auto path = keys_path() + "/" + std::string(made.at("api_key").at("uuid").as_string());
  EXPECT_EQ(panel.call(http::Method::kDelete, path, {}, panel.make_user("bob")).status, 404);
  EXPECT_EQ(panel.call(http::Method::kDelete, path, {}, key).status, 200) << "a key may delete itself";
  EXPECT_EQ(panel.call(http::Method::kGet, "/api/client/account", {}, key).status, 401);
}

TEST(ApiKeys, every_wrong_permission_name_is_named_at_once) {
  TestPanel panel;
  const auto refused = panel.post(keys_path(), {{"name", "x"},
                                                {"admin_permissions", {"locations.read", "locations.burn"}},
                                                {"server_permissions", {"backups.sell"}},
                                                {"expires", "2001-01-01T00:00:00Z"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.errors(), AllOf(HasSubstr("admin_permissions[1]: 'locations.burn'"),
                                      HasSubstr("server_permissions[0]"), HasSubstr("expires:")));
}

TEST(ApiKeys, a_narrowed_key_cannot_make_a_wider_one_nor_an_administrator) {
  TestPanel panel;
  const auto narrow = panel.make_admin_key({{"user_permissions", {"api-keys.create"}},
                                            {"admin_permissions", {"users.create"}},
                                            {"server_permissions", boost::json::array()}});
  const auto make = [&](boost::json::object body) {
    body["name"] = "wider";
    return panel.call(http::Method::kPost, keys_path(), body, narrow).status;
  };
  EXPECT_EQ(make({}), 403);
  EXPECT_EQ(make({{"user_permissions", boost::json::array()},
                  {"admin_permissions", {"users.create", "users.read"}},
                  {"server_permissions", boost::json::array()}}),
            403);
  EXPECT_EQ(make({{"user_permissions", boost::json::array()},
                  {"admin_permissions", {"users.create"}},
                  {"server_permissions", boost::json::array()}}),
            200);
  boost::json::object user{{"username", "mallory"}, {"password", "correct horse battery"}, {"admin", true}};
  EXPECT_EQ(panel.call(http::Method::kPost, "/api/admin/users", user, narrow).status, 403);
  user["admin"] = false;
  EXPECT_EQ(panel.call(http::Method::kPost, "/api/admin/users", user, narrow).status, 200);
}

TEST(ApiKeys, there_is_a_limit_per_user) {
  TestPanel panel;
  const auto make = [&] { return panel.post(keys_path(), {{"name", "x"}}); };
  for (auto left = ApiKeys::kMaximumPerUser - 1; left > 0; --left) ASSERT_EQ(make().status, 200);
  EXPECT_EQ(make().status, 417);
}

TEST(Users, names_and_addresses_are_taken_without_regard_to_case) {
  TestPanel panel;
  const auto create = [&](const std::string& name, const std::string& email) {
    return panel.post("/api/admin/users",
                      {{"username", name}, {"email", email}, {"password", "correct horse battery"}});
  };
  EXPECT_EQ(create("bob", "bob@example.org").status, 200);
  EXPECT_EQ(create("BOB", "other@example.org").status, 409);
  EXPECT_EQ(create("robert", "Bob@Example.org").status, 409);
  const auto signed_in =
      panel.call(http::Method::kPost, "/api/auth/login",
                 {{{"user", "BOB@example.ORG"}, {"password", "correct horse battery"}}}, Credentials::nobody());
  EXPECT_EQ(signed_in.at("user").at("username"), "bob");
}

TEST(Users, the_limits_hold_for_the_command_line_too) {
  TestPanel panel;
  wire::CreateUser request;
  request.username = "a b";
  request.password = Secret("short");
  try {
    panel.panel().accounts().create_user(request, Actor());
    FAIL() << "made";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_EQ(error.all().size(), 2U);
  }
}

TEST(Users, a_new_password_ends_every_session) {
  TestPanel panel;
  wire::LoginRequest login;
  login.user = "ada";
  login.password = Secret(TestPanel::kPassword);
  auto& accounts = panel.panel().accounts();
  const auto signed_in = accounts.sign_in(login, "192.0.2.1", "test");
  EXPECT_TRUE(accounts.sessions().find(signed_in.cookie.reveal()));
  accounts.set_password(signed_in.user.uuid, Secret("another horse battery"), Actor());
  EXPECT_FALSE(accounts.sessions().find(signed_in.cookie.reveal()));
  EXPECT_THROW(accounts.sign_in(login, "192.0.2.1", "test"), Error);
}

TEST(Users, expired_sessions_are_forgotten) {
  TestPanel panel;
  wire::LoginRequest login;
  login.user = "ada";
  login.password = Secret(TestPanel::kPassword);
  panel.panel().accounts().sign_in(login, "192.0.2.1", "test");
  panel.clock().advance(Sessions::kIdleLifetime);
  panel.panel().accounts().sign_in(login, "192.0.2.1", "test");
  panel.panel().accounts().sessions().forget_expired();
  EXPECT_EQ(panel.count("sessions"), 1);
}

}  // namespace
}  // namespace strata::panel
