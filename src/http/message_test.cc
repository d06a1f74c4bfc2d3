#include "strata/http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/http/json.h"
#include "strata/http/security_headers.h"
#include "strata/http/status.h"

namespace strata::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Headers, names_compare_without_case_and_values_keep_their_order) {
  Headers headers;
  headers.add("Set-Cookie", "a");
  headers.add("set-cookie", "b");
  headers.set("Content-Type", "x");
  headers.set("content-type", "y");
  EXPECT_THAT(headers.all("SET-COOKIE"), ElementsAre("a", "b"));
  EXPECT_EQ(headers.get("CONTENT-TYPE"), "y");
  EXPECT_EQ(headers.size(), 3U);
  EXPECT_FALSE(headers.has("Content"));
}

TEST(Headers, a_value_cannot_smuggle_another_header) {
  Headers headers;
  EXPECT_THROW(headers.set("X", "a\r\nSet-Cookie: b"), Error);
  EXPECT_THROW(headers.add("X", std::string("a\0b", 3)), Error);
  EXPECT_THROW(headers.set("X: y", "a"), Error);
  EXPECT_THROW(headers.set("", "a"), Error);
}

TEST(Message, cookies_are_found_by_their_whole_name) {
  Request request;
  request.headers.add("Cookie", "session_old=1; session=abc ;other=\"q\"");
  EXPECT_EQ(request.cookie("session"), "abc");
  EXPECT_EQ(request.cookie("other"), "q");
  EXPECT_EQ(request.cookie("sess"), std::nullopt);
}

TEST(Message, a_cookie_is_closed_to_scripts_and_other_sites_by_default) {
  Response response;
  CookieOptions options;
  options.max_age_seconds = 60;
  set_cookie(response, "__Host-session", "abc", options);
  EXPECT_EQ(response.headers.get("Set-Cookie"),
            "__Host-session=abc; Path=/; SameSite=Lax; Max-Age=60; Secure; HttpOnly");
  EXPECT_THROW(set_cookie(response, "a", "b; Domain=evil"), Error);
}

TEST(Message, a_bearer_token_needs_its_scheme) {
  Request request;
  EXPECT_EQ(request.bearer_token(), "");
  request.headers.set("Authorization", "Basic abc");
  EXPECT_EQ(request.bearer_token(), "");
  request.headers.set("Authorization", "bearer  tok.en");
  EXPECT_EQ(request.bearer_token(), "tok.en");
}

TEST(Message, a_download_name_is_safe_whatever_the_file_is_called) {
  EXPECT_EQ(attachment("world.tar.gz"), "attachment; filename=\"world.tar.gz\"; filename*=UTF-8''world.tar.gz");
  const auto hostile = attachment("a\"\r\nX: y\xff/ü");
  EXPECT_TRUE(Headers::is_valid("Content-Disposition", hostile));
  EXPECT_THAT(hostile, HasSubstr("filename=\"a___X: y"));
  EXPECT_THAT(hostile, HasSubstr("%C3%BC"));
}

TEST(Message, a_json_body_must_say_so) {
  const auto fault = [](std::string_view type, std::string body) {
    Request request;
    if (!type.empty()) request.headers.set("Content-Type", type);
    request.body = std::move(body);
    try {
      return boost::json::serialize(json_body(request));
    } catch (const Error& error) {
      return error.message();
    }
  };
  EXPECT_EQ(fault("application/json", "{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(fault("Application/JSON; charset=utf-8", "[]"), "[]");
  EXPECT_EQ(fault("", ""), "{}");
  EXPECT_EQ(fault("", "{}"), "invalid payload: missing content type header");
  EXPECT_EQ(fault("text/plain", "{}"), "invalid payload: unsupported content type");
}

TEST(Status, kinds_survive_the_way_to_another_server_and_back) {
  for (const auto kind : {ErrorKind::kInvalid, ErrorKind::kUnauthorized, ErrorKind::kForbidden, ErrorKind::kNotFound,
                          ErrorKind::kConflict, ErrorKind::kTooLarge, ErrorKind::kRefused, ErrorKind::kRateLimited,
                          ErrorKind::kUnavailable, ErrorKind::kTimeout, ErrorKind::kNoSpace}) {
    EXPECT_EQ(kind_of(status_of(kind)), kind) << to_string(kind);
    EXPECT_NE(reason_of(status_of(kind)), "Unknown");
  }
  EXPECT_EQ(kind_of(500), ErrorKind::kUnavailable);
}

TEST(SecurityHeaders, defaults_are_strict_and_what_a_handler_set_stays) {
  SecurityHeaders security;
  security.connect_sources = {"https://node.example", "wss://node.example"};
  Response response;
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  security.apply(response);
  EXPECT_THAT(std::string(response.headers.get("Content-Security-Policy")),
              testing::AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                             HasSubstr("connect-src 'self' https://node.example wss://node.example;")));
  EXPECT_EQ(response.headers.get("Cross-Origin-Resource-Policy"), "cross-origin");
  EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_FALSE(response.headers.has("Strict-Transport-Security")) << "only an origin that is always TLS may say so";
}

}  // namespace
}  // namespace strata::http
