#include "strata/panel/gate/documentation.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "strata/describe/openapi.h"
#include "strata/panel/accounts/sessions.h"
#include "strata/wire/errors.h"

namespace strata::panel {

namespace {

// "admin / backup-configurations" of "/api/admin/backup-configurations/{configuration}": what the page is ordered by.
std::string section_of(const std::string& path) {
  if (!path.starts_with("/api/")) return "about";
  const auto area_end = path.find('/', 5);
  const auto area = path.substr(5, area_end - 5);
  if (area_end == std::string::npos) return area;
  return area + " / " + path.substr(area_end + 1, path.find('/', area_end + 1) - area_end - 1);
}

std::string joined(const std::vector<std::string_view>& permissions) {
  return fmt::format("{}", fmt::join(permissions, ", "));
}

std::string who(const Access& access) {
  const auto with = [&](std::string_view whom) {
    return access.permissions.empty() ? std::string(whom) : fmt::format("{}: {}", whom, joined(access.permissions));
  };
  switch (access.kind) {
    case Access::Kind::kPublic:
      return "everybody";
    case Access::Kind::kUser:
      return with("signed in");
    case Access::Kind::kSession:
      return "signed in with a browser";
    case Access::Kind::kAdmin:
      return with("administrators");
    case Access::Kind::kServer:
      return with("users of the server");
    case Access::Kind::kNode:
      return "nodes";
  }
  return {};
}

std::vector<int> refusals_of(const Route& route) {
  std::set<int> statuses(route.refusals.begin(), route.refusals.end());
  statuses.insert(429);
  const auto kind = route.access.kind;
  if (kind != Access::Kind::kPublic) statuses.insert(401);
  if (kind == Access::Kind::kAdmin || kind == Access::Kind::kServer || kind == Access::Kind::kUser ||
      kind == Access::Kind::kSession || route.method != http::Method::kGet) {
    statuses.insert(403);
  }
  if (route.request || route.query != nullptr) statuses.insert(400);
  if (route.path.find('{') != std::string::npos) statuses.insert({400, 404});
  if (route.request) statuses.insert(413);
  if (kind == Access::Kind::kServer && route.access.server_gate == Access::ServerGate::kUsable) statuses.insert(409);
  return {statuses.begin(), statuses.end()};
}

describe::Operation operation_of(const Route& route) {
  return {.method = std::string(http::to_string(route.method)),
          .path = route.path,
          .summary = route.summary,
          .permission = joined(route.access.permissions),
          .needs_credentials = route.access.kind != Access::Kind::kPublic,
          .tags = {section_of(route.path)},
          .query = route.query,
          .request = route.request,
          .answers = route.answers,
          .error_statuses = refusals_of(route)};
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

boost::json::value openapi_document(const RouteTable& routes, std::string_view version) {
  std::vector<describe::Operation> operations;
  for (const auto& route : routes.routes()) operations.push_back(operation_of(route));
  return describe::openapi({.title = "Strata Panel",
                            .version = std::string(version),
                            .description = "Backups of servers through layered backup configurations.",
                            .session_cookie = std::string(kSessionCookie),
                            .error = &describe::SchemaFor<wire::Errors>::get},
                           operations);
}

std::string api_page(const RouteTable& routes, std::string_view version) {
  std::map<std::string, std::vector<const Route*>> sections;
  for (const auto& route : routes.routes()) sections[section_of(route.path)].push_back(&route);
  auto page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Strata Panel</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/api.css\"></head><body>"
      "<main><h1>Strata Panel {}</h1><p>This Panel speaks JSON. Send an API key as <code>Authorization: Bearer "
      "…</code>, "
      "or sign in at <code>POST /api/auth/login</code>. The <a href=\"/openapi.json\">OpenAPI document</a> has every "
      "field.</p>\n",
      escaped(version));
  for (const auto& [section, members] : sections) {
    page += fmt::format("<h2>{}</h2>\n<table><tr><th>Route</th><th>What it does</th><th>Who may</th></tr>\n",
                        escaped(section));
    for (const auto* route : members) {
      page +=
          fmt::format("<tr><td><code>{} {}</code></td><td>{}</td><td>{}</td></tr>\n", http::to_string(route->method),
                      escaped(route->path), escaped(route->summary), escaped(who(route->access)));
    }
    page += "</table>\n";
  }
  return page + "</main></body></html>\n";
}

std::string_view api_page_style() {
  return R"css(:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2rem; font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; }
code { font-family: ui-monospace, monospace; font-size: 0.9rem; overflow-wrap: anywhere; }
)css";
}

void add_documentation_routes(RouteTable& routes, std::string version) {
  routes.get("/", "Show this page").needs(Access::everybody()).answers_raw("text/html").by([&routes, version](Call&) {
    return http::text_response(200, api_page(routes, version), "text/html; charset=utf-8");
  });
  routes.get("/api.css", "Style this page").needs(Access::everybody()).answers_raw("text/css").by([](Call&) {
    return http::text_response(200, std::string(api_page_style()), "text/css; charset=utf-8");
  });
  routes.get("/openapi.json", "Describe every route and field")
      .needs(Access::everybody())
      .answers<boost::json::value>()
      .by([&routes, version](Call&) { return openapi_document(routes, version); });
}

}  // namespace strata::panel
