#include "strata/panel/gate/documentation.h"

#include <algorithm>
#include <cctype>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/panel/panel_fake.h"

namespace strata::panel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Documentation, the_openapi_document_has_every_route_with_its_permission) {
  TestPanel panel;
  const auto document = panel.get("/openapi.json").json;
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  for (const auto& route : panel.panel().routes().routes()) {
    std::string method(http::to_string(route.method));
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto& operation = document.at("paths").at(route.path).at(method).as_object();
    EXPECT_EQ(operation.at("summary"), boost::json::value(route.summary));
    EXPECT_EQ(operation.contains("x-permission"), !route.access.permissions.empty()) << route.path;
    EXPECT_TRUE(operation.at("responses").as_object().contains("429")) << route.path;
  }
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("BackupConfiguration"));
}

TEST(Documentation, the_page_lists_every_route_and_loads_nothing_from_outside) {
  TestPanel panel;
  const auto page = panel.call(http::Method::kGet, "/", {}, Credentials::nobody());
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(std::string(page.headers.get("Content-Type")), HasSubstr("text/html"));
  for (const auto& route : panel.panel().routes().routes()) EXPECT_THAT(page.text, HasSubstr(route.path));
  EXPECT_THAT(page.text, Not(HasSubstr("http://")));
  EXPECT_THAT(page.text, Not(HasSubstr("https://")));
  EXPECT_THAT(page.text, Not(HasSubstr("<script")));
  EXPECT_EQ(panel.call(http::Method::kGet, "/api.css", {}, Credentials::nobody()).status, 200);
}

TEST(RouteTable, a_permission_that_does_not_exist_cannot_be_asked_for) {
  RouteTable routes;
  EXPECT_THROW(routes.get("/x", "X").needs(Access::admin({"location.read"})).by([](Call&) {}), Error);
  EXPECT_THROW(routes.get("/x", "X").needs(Access::admin({})).by([](Call&) {}), Error);
  EXPECT_THROW(routes.get("/x", "X").needs(Access::server({"backups.read"})).by([](Call&) {}), Error);
  EXPECT_THROW(routes.get("/x", "X").needs(Access::user({"backups.read"})).by([](Call&) {}), Error);
  routes.get("/x", "X").by([](Call&) {});
  EXPECT_THROW(routes.get("/x", "X again").by([](Call&) {}), Error);
}

}  // namespace
}  // namespace strata::panel
