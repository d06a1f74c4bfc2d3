#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "strata/base/units.h"
#include "strata/describe/openapi.h"
#include "strata/http/json.h"
#include "strata/http/message.h"
#include "strata/panel/gate/access.h"
#include "strata/panel/gate/call.h"

namespace strata::panel {

/// One line of the table: everything that is known about a route. The router, the authorisation check, the OpenAPI
/// document, the API page and the authorisation-matrix test are made from it.
struct Route {
  http::Method method = http::Method::kGet;
  std::string path;     ///< "/api/admin/locations/{location}"
  std::string summary;  ///< one sentence, imperative
  Access access;
  std::optional<RateRule> rate;  ///< instead of the usual one for its kind of caller; per address
  describe::SchemaGetter query = nullptr;
  std::optional<describe::Payload> request;
  std::vector<describe::Answer> answers;
  std::vector<int> refusals;  ///< statuses beyond those that its kind of route may answer anyway
  Bytes body_limit = 1_MiB;
  std::function<http::Response(Call&)> handler;
};

class RouteTable;

/// Neither a query nor a body nor an answer (an answer is then `{}`).
struct Nothing {};

/// Adds a route step by step, in this order, and remembers the types on the way:
///
///     routes.get("/api/admin/locations", "List locations")
///         .needs(Access::admin({"locations.read"}))
///         .query<wire::PageQuery>()
///         .answers<wire::Page<wire::Location>>("locations")
///         .by([&](Call& call, const wire::PageQuery& query) { return service.list(query); });
///
/// The handler gets the call, then the query if there is one, then the body if there is one; both have been read with
/// every fault reported at once (400). It returns the answer, nothing, or a whole http::Response.
template <class Query, class Body, class Answer>
class RouteBuilder {
 public:
  RouteBuilder(RouteTable& table, Route route) : table_(table), route_(std::move(route)) {}

  RouteBuilder needs(Access access) && {
    route_.access = std::move(access);
    return std::move(*this);
  }
  RouteBuilder limited(const RateRule& rule) && {
    route_.rate = rule;
    return std::move(*this);
  }
  RouteBuilder body_limit(Bytes limit) && {
    route_.body_limit = limit;
    return std::move(*this);
  }
  /// Statuses of refusals that are its own: 409 for a conflict, 417 for a rule, 503 for a silent node.
  RouteBuilder may_refuse(std::vector<int> statuses) && {
    route_.refusals = std::move(statuses);
    return std::move(*this);
  }
  template <class T>
  RouteBuilder<T, Body, Answer> query() && {
    route_.query = &describe::SchemaFor<T>::get;
    return {table_, std::move(route_)};
  }
  template <class T>
  RouteBuilder<Query, T, Answer> body() && {
    route_.request = describe::payload<T>();
    return {table_, std::move(route_)};
  }
  /// `under` is the envelope's key; empty: the answer itself.
  template <class T>
  RouteBuilder<Query, Body, T> answers(std::string under = {}, int status = 200) && {
    route_.answers = {{status, {}, describe::payload<T>(std::move(under)), "application/json"}};
    return {table_, std::move(route_)};
  }
  /// `{}` with another status than 200.
  RouteBuilder answers_empty(int status) && {
    route_.answers = {{status, {}, std::nullopt, "application/json"}};
    return std::move(*this);
  }
  /// A body that is not JSON; the handler returns an http::Response.
  RouteBuilder<Query, Body, http::Response> answers_raw(std::string media_type) && {
    route_.answers = {{200, {}, std::nullopt, std::move(media_type)}};
    return {table_, std::move(route_)};
  }
  /// A further answer, for handlers that return an http::Response.
  template <class T>
  RouteBuilder also_answers(int status, std::string under = {}) && {
    route_.answers.push_back({status, {}, describe::payload<T>(std::move(under)), "application/json"});
    return std::move(*this);
  }

  template <class Function>
  void by(Function function) &&;

 private:
  template <class Function, class... Arguments>
  static http::Response run(const Function& function, const describe::Answer& shape, Arguments&... arguments) {
    using Result = std::invoke_result_t<const Function&, Arguments&...>;
    if constexpr (std::is_void_v<Result>) {
      static_assert(std::same_as<Answer, Nothing>, "the route declares an answer, the handler gives none");
      function(arguments...);
      return http::json_response(shape.status, boost::json::object());
    } else if constexpr (std::same_as<Result, http::Response>) {
      return function(arguments...);
    } else {
      static_assert(std::same_as<Result, Answer>, "the handler gives another answer than the route declares");
      const Answer result = function(arguments...);
      if (shape.payload->under.empty()) return http::answer(result, shape.status);
      return http::answer_under(shape.payload->under, result, shape.status);
    }
  }

  RouteTable& table_;
  Route route_;
};

/// All routes of the Panel. Filled once, then only read: any thread.
class RouteTable {
 public:
  using Builder = RouteBuilder<Nothing, Nothing, Nothing>;
  Builder get(std::string path, std::string summary) { return start(http::Method::kGet, path, summary); }
  Builder post(std::string path, std::string summary) { return start(http::Method::kPost, path, summary); }
  Builder patch(std::string path, std::string summary) { return start(http::Method::kPatch, path, summary); }
  Builder remove(std::string path, std::string summary) { return start(http::Method::kDelete, path, summary); }

  /// kInternal for a second route with that method and path, or a permission name that does not exist.
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

 private:
  Builder start(http::Method method, std::string path, std::string summary);
  std::vector<Route> routes_;
};

template <class Query, class Body, class Answer>
template <class Function>
void RouteBuilder<Query, Body, Answer>::by(Function function) && {
  if (route_.answers.empty()) route_.answers = {{}};
  const auto shape = route_.answers.front();
  route_.handler = [function = std::move(function), shape](Call& call) {
    constexpr bool has_query = !std::same_as<Query, Nothing>;
    constexpr bool has_body = !std::same_as<Body, Nothing>;
    if constexpr (has_query && has_body) {
      const auto query = http::parse_query<Query>(call.request());
      const auto body = http::parse_body<Body>(call.request());
      return run(function, shape, call, query, body);
    } else if constexpr (has_query) {
      const auto query = http::parse_query<Query>(call.request());
      return run(function, shape, call, query);
    } else if constexpr (has_body) {
      const auto body = http::parse_body<Body>(call.request());
      return run(function, shape, call, body);
    } else {
      return run(function, shape, call);
    }
  };
  table_.add(std::move(route_));
}

}  // namespace strata::panel
