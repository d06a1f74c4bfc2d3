#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "strata/base/error.h"
#include "strata/http/message.h"
#include "strata/panel/accounts/caller.h"
#include "strata/panel/audit/activity_log.h"
#include "strata/panel/gate/rate_limiter.h"
#include "strata/panel/servers/server_access.h"

namespace strata::panel {

/// One admitted request, as its handler sees it. Made by the gate, which fills in what the route's Access promises.
/// Used by one thread, for one request.
class Call {
 public:
  Call(http::Request& request, RateLimiter& limiter) : request_(request), limiter_(limiter) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const http::Request& request() const { return request_; }

  /// Routes for users, administrators and servers; kInternal elsewhere.
  const Caller& caller() const;
  /// Routes for nodes.
  const NodeCaller& node() const;
  /// Routes with Access::server.
  const ServerAccess& server() const;
  /// Whoever it is, for the audit log; the Panel's own name and address on public routes.
  Actor actor() const;

  /// The id in the path: `call.id<LocationId>("location")`. kInvalid "invalid location uuid" when it is none;
  /// underscores of the parameter's name are read as spaces.
  template <class IdType>
  IdType id(std::string_view parameter) const {
    const auto id = IdType::parse(request_.parameter(parameter));
    if (!id) refuse_id(parameter);
    return *id;
  }

  /// Takes a hit of a rule beyond the route's own; kRateLimited (with the X-RateLimit headers) when there is none.
  void limit(const RateRule& rule, std::string_view key);

  void admit(Caller caller) { caller_ = std::move(caller); }
  void admit(NodeCaller node) { node_ = std::move(node); }
  void admit(ServerAccess server) { server_ = std::move(server); }
  /// Why `limit` refused, for the headers of the answer.
  const std::optional<RateVerdict>& rate_refusal() const { return rate_refusal_; }

 private:
  [[noreturn]] static void refuse_id(std::string_view parameter);

  http::Request& request_;
  RateLimiter& limiter_;
  std::optional<Caller> caller_;
  std::optional<NodeCaller> node_;
  std::optional<ServerAccess> server_;
  std::optional<RateVerdict> rate_refusal_;
};

}  // namespace strata::panel
