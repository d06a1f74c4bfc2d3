#include "strata/http/router.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/http/json.h"

namespace strata::http {
namespace {

class RouterTest : public testing::Test {
 protected:
  /// Adds a route that answers with its own name and the parameters it got.
  void add(Method method, std::string_view pattern) {
    router.add(method, pattern, [name = std::string(pattern)](Request& request) {
      auto text = name;
      for (const auto& [key, value] : request.parameters) text += " " + key + "=" + value;
      return text_response(200, text);
    });
  }

  Response ask(Method method, std::string target) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    return router.handle(request);
  }
  std::string got(std::string target) { return std::string(ask(Method::kGet, std::move(target)).text()); }

  Log log{LogLevel::kError};
  Router router{log};
};

TEST_F(RouterTest, literals_win_over_parameters_and_parameters_over_the_rest) {
  add(Method::kGet, "/backups/{backup}");
  add(Method::kGet, "/backups/system");
  add(Method::kGet, "/backups/{backup}/files/{path...}");
  add(Method::kGet, "/{path...}");
  EXPECT_EQ(got("/backups/system"), "/backups/system");
  EXPECT_EQ(got("/backups/7"), "/backups/{backup} backup=7");
  EXPECT_EQ(got("/backups/system/files/a/b%20c"), "/backups/{backup}/files/{path...} backup=system path=a/b c");
  EXPECT_EQ(got("/backups/7/files"), "/backups/{backup}/files/{path...} backup=7 path=");
  EXPECT_EQ(got("/other/thing"), "/{path...} path=other/thing");
  EXPECT_EQ(got("/"), "/{path...} path=");
}

TEST_F(RouterTest, an_escaped_slash_stays_inside_its_parameter) {
  add(Method::kGet, "/nodes/{node}");
  EXPECT_EQ(got("/nodes/a%2Fb"), "/nodes/{node} node=a/b");
}

TEST_F(RouterTest, a_parameter_is_never_empty_and_a_trailing_slash_is_another_path) {
  add(Method::kGet, "/nodes/{node}");
  EXPECT_EQ(ask(Method::kGet, "/nodes/").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/nodes").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/nodes/a/").status, 404);
}

TEST_F(RouterTest, a_wrong_method_is_405_and_names_the_right_ones) {
  add(Method::kGet, "/nodes/{node}");
  add(Method::kPatch, "/nodes/{node}");
  const auto response = ask(Method::kDelete, "/nodes/1");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD, PATCH, OPTIONS");
  EXPECT_EQ(response.text(), R"({"errors":["DELETE is not possible here"]})");
  const auto options = ask(Method::kOptions, "/nodes/1");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.get("Allow"), "GET, HEAD, PATCH, OPTIONS");
}

TEST_F(RouterTest, head_is_served_by_get) {
  add(Method::kGet, "/nodes");
  EXPECT_EQ(ask(Method::kHead, "/nodes").status, 200);
}

TEST_F(RouterTest, malformed_addresses_are_400) {
  add(Method::kGet, "/{path...}");
  EXPECT_EQ(ask(Method::kGet, "/a%00").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/a?x=%q").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/a/../b").status, 400);
}

TEST_F(RouterTest, an_error_becomes_its_status_with_all_messages) {
  router.add(Method::kGet, "/faults", [](Request&) -> Response {
    throw Error(ErrorKind::kInvalid, std::vector<std::string>{"name: is required", "disk: is required"});
  });
  const auto response = ask(Method::kGet, "/faults");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.text(), R"({"errors":["name: is required","disk: is required"]})");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_FALSE(response.headers.get("X-Request-Id").empty());
}

TEST_F(RouterTest, a_defect_tells_the_client_nothing) {
  router.add(Method::kGet, "/defect", [](Request&) -> Response { throw std::runtime_error("secret detail"); });
  router.add(Method::kGet, "/internal",
             [](Request&) -> Response { throw Error(ErrorKind::kInternal, "secret detail"); });
  for (const char* path : {"/defect", "/internal"}) {
    const auto response = ask(Method::kGet, path);
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.text(), R"({"errors":["internal server error"]})");
  }
}

TEST_F(RouterTest, each_router_refuses_in_its_own_words) {
  RouterOptions options;
  options.error_format = error_text;
  options.security = SecurityHeaders{};
  options.finish = [](const Request&, Response& response) { response.headers.set("X-Last", "1"); };
  const Router wings(log, options);
  Request request;
  request.target = "/nothing";
  const auto response = wings.handle(request);
  EXPECT_EQ(response.text(), R"({"error":"not found"})");
  EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.headers.get("X-Last"), "1");
}

TEST_F(RouterTest, an_error_text_with_foreign_bytes_is_still_json) {
  router.add(Method::kGet, "/bytes",
             [](Request&) -> Response { throw Error(ErrorKind::kNotFound, "no file 'a\xff'"); });
  EXPECT_EQ(ask(Method::kGet, "/bytes").text(), "{\"errors\":[\"no file 'a\xEF\xBF\xBD'\"]}");
}

TEST_F(RouterTest, routes_that_cannot_work_fail_when_they_are_added) {
  add(Method::kGet, "/nodes/{node}");
  EXPECT_THROW(add(Method::kGet, "/nodes/{other}"), Error) << "the same path and method";
  EXPECT_THROW(add(Method::kGet, "nodes"), Error);
  EXPECT_THROW(add(Method::kGet, "/a//b"), Error);
  EXPECT_THROW(add(Method::kGet, "/{rest...}/b"), Error);
  EXPECT_THROW(add(Method::kGet, "/{broken"), Error);
}

TEST_F(RouterTest, depth_says_which_of_several_routers_is_meant) {
  add(Method::kGet, "/api/system");
  add(Method::kGet, "/{path...}");
  EXPECT_EQ(router.match(Method::kGet, {"api", "system"}).depth, 2U);
  EXPECT_EQ(router.match(Method::kGet, {"index.html"}).depth, 0U);
  Router other(log);
  other.add(Method::kGet, "/api/servers/{server}/backup", [](Request&) { return empty_response(); });
  EXPECT_EQ(other.match(Method::kGet, {"api", "servers", "1", "nothing"}).depth, 2U);
  EXPECT_EQ(other.match(Method::kGet, {"api", "servers", "1", "nothing"}).route, nullptr);
}

TEST(SameOrigin, a_foreign_or_opaque_origin_is_told_apart) {
  Request request;
  request.headers.set("Host", "panel.example:8080");
  EXPECT_TRUE(is_same_origin(request));
  request.headers.set("Origin", "https://panel.example:8080");
  EXPECT_TRUE(is_same_origin(request));
  request.headers.set("Origin", "https://evil.example");
  EXPECT_FALSE(is_same_origin(request));
  request.headers.set("Origin", "null");
  EXPECT_FALSE(is_same_origin(request));
}

}  // namespace
}  // namespace strata::http
