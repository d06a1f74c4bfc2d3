#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "strata/http/router.h"

namespace strata::app {

/// Requests to a Panel in this process, without a socket: through the same gate and the same checks as everybody's.
class InProcessPanel {
 public:
  InProcessPanel(const http::Router& router, std::string api_key) : router_(router), api_key_(std::move(api_key)) {}

  boost::json::value get(std::string_view path) { return call(http::Method::kGet, path, nullptr); }
  boost::json::value post(std::string_view path, const boost::json::value& body) {
    return call(http::Method::kPost, path, &body);
  }
  boost::json::value patch(std::string_view path, const boost::json::value& body) {
    return call(http::Method::kPatch, path, &body);
  }

 private:
  /// Throws what the Panel refuses.
  boost::json::value call(http::Method method, std::string_view path, const boost::json::value* body);
  const http::Router& router_;
  std::string api_key_;
};

}  // namespace strata::app
