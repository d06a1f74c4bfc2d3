#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "strata/panel/gate/route_table.h"

namespace strata::panel {

/// The OpenAPI 3.1 document of a table.
boost::json::value openapi_document(const RouteTable& routes, std::string_view version);

/// A page that lists the routes for people: what each does and who may use it. Without scripts or anything from
/// outside; its style is `api_page_style`, under /api.css.
std::string api_page(const RouteTable& routes, std::string_view version);
std::string_view api_page_style();

/// Adds `/`, `/api.css` and `/openapi.json`, made from the table itself: add it last. The table outlives the routes.
void add_documentation_routes(RouteTable& routes, std::string version);

}  // namespace strata::panel
