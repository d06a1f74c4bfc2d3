#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/log.h"
#include "strata/base/units.h"
#include "strata/http/message.h"
#include "strata/http/security_headers.h"
#include "strata/http/websocket.h"

namespace strata::http {

/// Called on a worker thread and may block. Throws strata::Error to refuse.
using Handler = std::function<Response(Request&)>;

/// How a router spells a refusal.
using ErrorFormat = std::function<boost::json::value(const std::vector<std::string>& messages)>;
/// Panel: {"errors": ["...", "..."]}
boost::json::value error_list(const std::vector<std::string>& messages);
/// Wings: {"error": "..."}; several are joined with "; ".
boost::json::value error_text(const std::vector<std::string>& messages);

struct RouteOptions {
  /// A longer body is answered 413 before it is read.
  Bytes body_limit = 1_MiB;
};

struct RouterOptions {
  ErrorFormat error_format = error_list;
  /// Added to every answer that does not set the header itself.
  std::optional<SecurityHeaders> security;
  /// Last touch on every answer, errors included (CORS). Must not throw.
  std::function<void(const Request&, Response&)> finish;
};

/// Routes of one face of the program. Filled before the server starts, then only read: any thread. GET serves HEAD. A
/// path is made of literal segments, `{name}` (one non-empty segment) and, as the last, `{name...}` (the rest, may be
/// empty). Literals win over parameters, parameters over the rest.
class Router {
 public:
  explicit Router(Log& log, RouterOptions options = {});
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) = delete;

  /// Error(kInternal) when the same method and path are there already, or the pattern is malformed.
  void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
  void websocket(std::string_view pattern, WebSocketFactory factory, WebSocketOptions options = {});

  struct Route {
    Method method = Method::kGet;
    std::string pattern;
    Handler handler;
    RouteOptions options;
    WebSocketFactory websocket;  ///< empty for plain routes
    WebSocketOptions websocket_options;
    std::vector<std::string> parameter_names;
  };

  struct Match {
    const Route* route = nullptr;  ///< null: nothing here for this method
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<Method> allowed;  ///< not empty: the path exists with these methods
    /// Literal segments of the pattern; for an unknown path, of the longest known way. Of several routers the deepest
    /// answers.
    std::size_t depth = 0;
  };
  Match match(Method method, const std::vector<std::string>& segments) const;

  /// Runs the matched handler and turns what it throws into an answer. Never throws.
  Response run(const Match& match, Request& request) const;

  /// Matches and runs: how tests and in-process callers use a router without a socket.
  Response handle(Request& request) const;

  /// A refusal in this router's words, with its headers.
  Response refuse(const Request& request, int status, std::string_view message) const;

  /// A refusal for an exception, logged when it is a defect of ours.
  Response refuse(const Request& request, std::exception_ptr exception) const;

  /// Headers that every answer of this router carries.
  void finish(const Request& request, Response& response) const;

 private:
  struct Node;
  void insert(Route route);
  Response refusal(int status, const std::vector<std::string>& messages) const;
  Log& log_;
  RouterOptions options_;
  std::unique_ptr<Node> root_;
};

}  // namespace strata::http
