#include "strata/http/router.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/http/json.h"
#include "strata/http/status.h"

namespace strata::http {
namespace {

using Segments = std::vector<std::string>;

/// A pattern is split without decoding: it is written by us.
Segments split(std::string_view pattern) {
  Segments segments;
  if (!pattern.starts_with('/')) throw Error(ErrorKind::kInternal, fmt::format("route '{}': no leading '/'", pattern));
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const auto end = pattern.find('/');
    segments.emplace_back(pattern.substr(0, end));
    if (segments.back().empty()) throw Error(ErrorKind::kInternal, "a route has an empty segment");
    pattern = end == std::string_view::npos ? std::string_view{} : pattern.substr(end + 1);
  }
  return segments;
}

std::string join(Segments::const_iterator begin, Segments::const_iterator end) {
  std::string text;
  for (auto at = begin; at != end; ++at) text += (at == begin ? "" : "/") + *at;
  return text;
}

std::string allow_header(const std::vector<Method>& allowed) {
  std::string text;
  for (const auto method : allowed) text += (text.empty() ? "" : ", ") + std::string(to_string(method));
  return text;
}

}  // namespace

boost::json::value error_list(const std::vector<std::string>& messages) {
  boost::json::array list;
  for (const auto& message : messages) list.emplace_back(to_readable_utf8(message));
  return boost::json::object{{"errors", std::move(list)}};
}

boost::json::value error_text(const std::vector<std::string>& messages) {
  std::string joined;
  for (const auto& message : messages) joined += (joined.empty() ? "" : "; ") + message;
  return boost::json::object{{"error", to_readable_utf8(joined)}};
}

/// One segment of the tree of patterns.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::vector<Route> routes;

  Node& child(std::string_view segment, std::vector<std::string>& names) {
    if (!segment.starts_with('{')) return make(literals[std::string(segment)]);
    if (!segment.ends_with('}')) throw Error(ErrorKind::kInternal, fmt::format("'{}' in a route", segment));
    auto name = segment.substr(1, segment.size() - 2);
    const bool takes_rest = name.ends_with("...");
    if (takes_rest) name.remove_suffix(3);
    names.emplace_back(name);
    return make(takes_rest ? rest : parameter);
  }

  /// The first node that fits, literals first; `values` collects what the parameters took. `deepest` is the longest
  /// literal way from the root, `literal_count` the literals on the way to here.
  const Node* find(const Segments& segments, std::size_t at, std::size_t literal_count, Segments& values,
                   std::size_t& deepest) const {
    if (at == literal_count) deepest = std::max(deepest, literal_count);
    if (at == segments.size()) {
      if (!routes.empty()) {
        deepest = literal_count;
        return this;
      }
      return find_rest(segments, at, literal_count, values, deepest);
    }
    if (const auto literal = literals.find(segments[at]); literal != literals.end()) {
      const auto* found = literal->second->find(segments, at + 1, literal_count + 1, values, deepest);
      if (found != nullptr) return found;
    }
    if (parameter && !segments[at].empty()) {
      values.push_back(segments[at]);
      const auto* found = parameter->find(segments, at + 1, literal_count, values, deepest);
      if (found != nullptr) return found;
      values.pop_back();
    }
    return find_rest(segments, at, literal_count, values, deepest);
  }

  const Node* find_rest(const Segments& segments, std::size_t at, std::size_t literal_count, Segments& values,
                        std::size_t& deepest) const {
    if (!rest) return nullptr;
    values.push_back(join(segments.begin() + static_cast<std::ptrdiff_t>(at), segments.end()));
    deepest = literal_count;
    return rest.get();
  }

  const Route* route_for(Method method) const {
    const auto found =
        std::find_if(routes.begin(), routes.end(), [&](const Route& route) { return route.method == method; });
    if (found != routes.end()) return &*found;
    return method == Method::kHead ? route_for(Method::kGet) : nullptr;
  }

  static Node& make(std::unique_ptr<Node>& place) {
    if (!place) place = std::make_unique<Node>();
    return *place;
  }
};

Router::Router(Log& log, RouterOptions options)
    : log_(log), options_(std::move(options)), root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.handler = std::move(handler);
  route.options = options;
  insert(std::move(route));
}

void Router::websocket(std::string_view pattern, WebSocketFactory factory, WebSocketOptions options) {
  Route route;
  route.pattern = pattern;
  route.websocket = std::move(factory);
  route.websocket_options = options;
  // Reached only when the request does not ask for the upgrade, or comes without a socket.
  route.handler = [](Request&) {
    auto response = json_response(426, boost::json::object{{"error", "this address speaks WebSocket only"}});
    response.headers.set("Upgrade", "websocket");
    return response;
  };
  insert(std::move(route));
}

void Router::insert(Route route) {
  Node* node = root_.get();
  const auto segments = split(route.pattern);
  for (const auto& segment : segments) {
    node = &node->child(segment, route.parameter_names);
    if (segment.ends_with("...}") && &segment != &segments.back()) {
      throw Error(ErrorKind::kInternal, fmt::format("route '{}': '{}' must be last", route.pattern, segment));
    }
  }
  for (const auto& other : node->routes) {
    if (other.method == route.method) {
      throw Error(ErrorKind::kInternal, fmt::format("{} {} is there twice", to_string(route.method), route.pattern));
    }
  }
  node->routes.push_back(std::move(route));
}

Router::Match Router::match(Method method, const Segments& segments) const {
  Match match;
  Segments values;
  const auto* node = root_->find(segments, 0, 0, values, match.depth);
  if (node == nullptr) return match;
  for (const auto& route : node->routes) {
    match.allowed.push_back(route.method);
    if (route.method == Method::kGet) match.allowed.push_back(Method::kHead);
  }
  match.allowed.push_back(Method::kOptions);
  match.route = node->route_for(method);
  if (match.route == nullptr) return match;
  for (std::size_t i = 0; i < values.size(); ++i) {
    match.parameters.emplace_back(match.route->parameter_names[i], std::move(values[i]));
  }
  return match;
}

Response Router::run(const Match& match, Request& request) const {
  if (match.route == nullptr) {
    if (match.allowed.empty()) return refuse(request, 404, "not found");
    auto response = request.method == Method::kOptions
                        ? empty_response()
                        : refusal(405, {fmt::format("{} is not possible here", to_string(request.method))});
    response.headers.set("Allow", allow_header(match.allowed));
    finish(request, response);
    return response;
  }
  try {
    request.parameters = match.parameters;
    auto response = match.route->handler(request);
    finish(request, response);
    return response;
  } catch (...) {
    return refuse(request, std::current_exception());
  }
}

Response Router::handle(Request& request) const {
  const auto target = parse_target(request.target);
  if (!target) return refuse(request, 400, "the address is malformed");
  request.path = target->path;
  request.query = target->query;
  return run(match(request.method, target->segments), request);
}

Response Router::refuse(const Request& request, int status, std::string_view message) const {
  auto response = refusal(status, {std::string(message)});
  finish(request, response);
  return response;
}

Response Router::refusal(int status, const std::vector<std::string>& messages) const {
  return json_response(status, options_.error_format(messages));
}

Response Router::refuse(const Request& request, std::exception_ptr exception) const {
  const auto log = [&](std::string_view what) {
    log_.error("a request failed", {{"operation", request.operation.text()},
                                    {"method", std::string(to_string(request.method))},
                                    {"path", request.path},
                                    {"reason", std::string(what)}});
  };
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    const int status = status_of(error.kind());
    if (status >= 500) log(error.message());
    if (error.kind() == ErrorKind::kInternal) return refuse(request, 500, "internal server error");
    auto response = refusal(status, error.all());
    finish(request, response);
    return response;
  } catch (const std::exception& other) {
    log(other.what());
  } catch (...) {
    log("unknown exception");
  }
  return refuse(request, 500, "internal server error");
}

void Router::finish(const Request& request, Response& response) const {
  response.headers.set("X-Request-Id", request.operation.text());
  if (options_.security) options_.security->apply(response);
  if (options_.finish) options_.finish(request, response);
}

}  // namespace strata::http
