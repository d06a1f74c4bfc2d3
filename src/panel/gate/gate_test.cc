#include "strata/panel/gate/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string login_path() {
  return "/api/auth/login";
}

boost::json::value login(const std::string& user, const std::string& password) {
  return {{"user", user}, {"password", password}};
}

std::string cookie_of(const TestAnswer& answer) {
  const auto header = std::string(answer.headers.get("Set-Cookie"));
  const auto start = header.find('=') + 1;
  return header.substr(start, header.find(';') - start);
}

Credentials sign_in(TestPanel& panel) {
  const auto answer = panel.call(http::Method::kPost, login_path(), login(TestPanel::kAdminName, TestPanel::kPassword),
                                 Credentials::nobody());
  EXPECT_EQ(answer.status, 200) << answer.text;
  return Credentials::cookie(cookie_of(answer));
}

TEST(Gate, a_body_over_the_limit_is_413_and_malformed_json_is_400) {
  TestPanel panel;
  const auto big = "{\"name\":\"" + std::string(2 * 1024 * 1024, 'x') + "\"}";
  EXPECT_EQ(panel.send(http::Method::kPost, "/api/admin/locations", big, panel.admin()).status, 413);
  for (const auto* body : {"{", "[]", "\xff\xfe", R"({"name":7})", R"({"name":"\u0000"})"}) {
    const auto answer = panel.send(http::Method::kPost, "/api/admin/locations", body, panel.admin());
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_NE(answer.errors(), "") << body;
  }
  EXPECT_EQ(panel.count("locations"), 0);
}

TEST(Gate, an_unknown_id_is_404_and_a_malformed_one_400) {
  TestPanel panel;
  const auto nobody = Uuid::random().text();
  const std::vector<std::pair<std::string, std::string>> resources = {
      {"locations", "location"},
      {"nodes", "node"},
      {"servers", "server"},
      {"users", "user"},
      {"backup-configurations", "backup configuration"}};
  for (const auto& [path, name] : resources) {
    EXPECT_EQ(panel.get("/api/admin/" + path + "/" + nobody).errors(), name + " not found");
    EXPECT_EQ(panel.get("/api/admin/" + path + "/" + nobody).status, 404);
    const auto malformed = panel.get("/api/admin/" + path + "/not-a-uuid");
    EXPECT_EQ(malformed.status, 400);
    EXPECT_EQ(malformed.errors(), "invalid " + name + " uuid");
  }
  EXPECT_EQ(panel.get("/api/client/servers/" + nobody).status, 404);
  EXPECT_EQ(panel.get("/api/client/servers/0123abcd").status, 404);
}

TEST(Gate, wrong_and_missing_credentials_are_401) {
  TestPanel panel;
  for (const auto& credentials :
       {Credentials::nobody(), Credentials::bearer("wrong"), Credentials::bearer("strata_" + std::string(43, 'x')),
        Credentials::cookie(std::string(48, 'x')), Credentials::nobody().with("Authorization", "Basic YTpi")}) {
    const auto answer = panel.call(http::Method::kGet, "/api/admin/locations", {}, credentials);
    EXPECT_EQ(answer.status, 401);
  }
}

TEST(Gate, a_session_cookie_signs_in_and_out) {
  TestPanel panel;
  const auto answer =
      panel.call(http::Method::kPost, login_path(), login("ADA", TestPanel::kPassword), Credentials::nobody());
  EXPECT_THAT(std::string(answer.headers.get("Set-Cookie")), AllOf(HasSubstr("strata_session="), HasSubstr("HttpOnly"),
                                                                   HasSubstr("SameSite=Lax"), HasSubstr("Path=/")));
  EXPECT_EQ(answer.at("type"), "completed");
  EXPECT_EQ(answer.at("user").at("username"), "ada");
  const auto session = Credentials::cookie(cookie_of(answer));
  EXPECT_EQ(panel.call(http::Method::kGet, "/api/client/account", {}, session).at("user").at("username"), "ada");
  EXPECT_EQ(panel.call(http::Method::kPost, "/api/auth/logout", {}, session).status, 200);
  EXPECT_EQ(panel.call(http::Method::kGet, "/api/client/account", {}, session).status, 401);
}

TEST(Gate, a_session_ends_when_it_is_not_used_and_in_any_case_after_a_month) {
  TestPanel panel;
  const auto session = sign_in(panel);
  const auto status = [&] { return panel.call(http::Method::kGet, "/api/client/account", {}, session).status; };
  for (int day = 0; day < 29; ++day) {
    panel.clock().advance(std::chrono::hours(24));
    ASSERT_EQ(status(), 200) << "day " << day;
  }
  panel.clock().advance(std::chrono::hours(25));
  EXPECT_EQ(status(), 401);

  const auto idle = sign_in(panel);
  panel.clock().advance(Sessions::kIdleLifetime);
  EXPECT_EQ(panel.call(http::Method::kGet, "/api/client/account", {}, idle).status, 401);
}

TEST(Gate, another_site_cannot_ride_on_a_cookie) {
  TestPanel panel;
  const auto session = sign_in(panel);
  const boost::json::value body = {{"name", "planted"}};
  const auto post = [&](const Credentials& credentials) {
    return panel.call(http::Method::kPost, "/api/admin/locations", body, credentials).status;
  };
  EXPECT_EQ(post(session.with("Origin", "https://evil.example")), 403);
  EXPECT_EQ(post(session.with("Origin", "null")), 403);
  EXPECT_EQ(post(session.with("Sec-Fetch-Site", "cross-site")), 403);
  EXPECT_EQ(panel.count("locations"), 0);
  EXPECT_EQ(post(session), 200);
  // An API key is not sent by a browser on its own.
  EXPECT_EQ(panel
                .call(http::Method::kPost, "/api/admin/locations", {{{"name", "by key"}}},
                      panel.admin().with("Origin", "https://elsewhere.example"))
                .status,
            200);
}

TEST(Gate, sessions_and_keys_are_not_in_the_database_in_clear) {
  TestPanel panel;
  const auto session = sign_in(panel);
  const auto cookie = session.headers.front().second.substr(std::string("strata_session=").size());
  const auto key = panel.admin().headers.front().second.substr(std::string("Bearer ").size());
  for (const auto& row : panel.database().query("select token_hash from sessions")) {
    EXPECT_EQ(row.text("token_hash").find(cookie), std::string::npos);
  }
  for (const auto& row : panel.database().query("select key_hash, key_start from api_keys")) {
    EXPECT_EQ(row.text("key_hash").find(key), std::string::npos);
    EXPECT_EQ(row.text("key_start").size(), 16U);
  }
}

TEST(Gate, guessing_passwords_is_slowed_down_with_the_headers_that_say_so) {
  TestPanel panel({.rate_limits = true});
  int refused_at = 0;
  TestAnswer answer;
  for (int attempt = 1; attempt <= 30 && refused_at == 0; ++attempt) {
    answer = panel.call(http::Method::kPost, login_path(), login(attempt % 2 == 0 ? "ada" : "ADA", "wrong password!"),
                        Credentials::nobody());
    if (answer.status == 429) refused_at = attempt;
  }
  EXPECT_EQ(refused_at, rate_rules::kLoginAccount.hits + 1);
  EXPECT_THAT(answer.errors(), HasSubstr("you are ratelimited, retry in"));
  EXPECT_EQ(answer.headers.get("X-RateLimit-Limit"), std::to_string(rate_rules::kLoginAccount.hits));
  EXPECT_EQ(answer.headers.get("X-RateLimit-Remaining"), "0");
  EXPECT_TRUE(answer.headers.has("Retry-After"));
  EXPECT_TRUE(answer.headers.has("X-RateLimit-Reset"));
}

TEST(Gate, an_unknown_user_and_a_wrong_password_read_alike) {
  TestPanel panel;
  const auto wrong =
      panel.call(http::Method::kPost, login_path(), login("ada", "wrong password!"), Credentials::nobody());
  const auto unknown =
      panel.call(http::Method::kPost, login_path(), login("nobody", "wrong password!"), Credentials::nobody());
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.errors(), unknown.errors());
}

TEST(Gate, a_suspended_account_is_refused_everywhere) {
  TestPanel panel;
  const auto user = panel.make_user("bob");
  panel.database().execute("update users set suspended = 1 where username = 'bob'");
  EXPECT_EQ(panel.call(http::Method::kGet, "/api/client/account", {}, user).status, 403);
  EXPECT_EQ(
      panel.call(http::Method::kPost, login_path(), login("bob", TestPanel::kPassword), Credentials::nobody()).status,
      403);
}

TEST(Gate, health_answers_at_once_and_ready_when_started) {
  TestPanel panel;
  EXPECT_EQ(panel.get("/health").at("status"), "ok");
  EXPECT_EQ(panel.get("/ready").status, 503);
  panel.panel().start();
  EXPECT_EQ(panel.get("/ready").status, 200);
  panel.panel().stop();
  EXPECT_EQ(panel.get("/ready").status, 503);
}

TEST(Gate, answers_carry_the_security_headers) {
  TestPanel panel;
  for (const auto& answer : {panel.get("/"), panel.get("/api/admin/locations"), panel.get("/nowhere")}) {
    EXPECT_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(std::string(answer.headers.get("Content-Security-Policy")), HasSubstr("default-src 'none'"));
  }
}

}  // namespace
}  // namespace strata::panel
