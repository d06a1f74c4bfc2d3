#include "strata/panel/gate/call.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::panel {

namespace {

// A handler that asks for what its route does not declare is a defect.
template <class T>
const T& admitted(const std::optional<T>& value, const char* what) {
  if (!value) throw Error(ErrorKind::kInternal, fmt::format("this route is not for {}", what));
  return *value;
}

}  // namespace

const Caller& Call::caller() const {
  return admitted(caller_, "users");
}

const NodeCaller& Call::node() const {
  return admitted(node_, "nodes");
}

const ServerAccess& Call::server() const {
  return admitted(server_, "one server");
}

Actor Call::actor() const {
  if (caller_) return *caller_;
  if (node_) return *node_;
  Actor somebody;
  somebody.address = request_.peer_address;
  return somebody;
}

void Call::limit(const RateRule& rule, std::string_view key) {
  const auto verdict = limiter_.take(rule, key);
  if (verdict.allowed) return;
  rate_refusal_ = verdict;
  throw Error(ErrorKind::kRateLimited, fmt::format("you are ratelimited, retry in {}s", verdict.retry_after.count()));
}

void Call::refuse_id(std::string_view parameter) {
  std::string name(parameter);
  std::replace(name.begin(), name.end(), '_', ' ');
  throw Error(ErrorKind::kInvalid, fmt::format("invalid {} uuid", name));
}

}  // namespace strata::panel
