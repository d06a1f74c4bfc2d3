#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "strata/cli/credentials.h"
#include "strata/describe/json.h"
#include "strata/http/client.h"

namespace strata::cli {

/// The Panel's API as the verbs see it: JSON in, JSON out, refusals as Error with the Panel's own words. One thread.
class Api {
 public:
  explicit Api(Credentials credentials);

  boost::json::value get(std::string_view path);
  boost::json::value post(std::string_view path, const boost::json::value& body = boost::json::object{});
  boost::json::value patch(std::string_view path, const boost::json::value& body);
  boost::json::value remove(std::string_view path, const boost::json::value& body = nullptr);

  /// A wire struct as the body.
  template <class T>
  boost::json::value post_described(std::string_view path, const T& body) {
    return post(path, describe::to_json(body, describe::Secrets::kReveal));
  }

  const std::string& url() const { return credentials_.url; }
  http::Client& client() { return client_; }

 private:
  boost::json::value call(http::Method method, std::string_view path, const boost::json::value* body);
  Credentials credentials_;
  http::Client client_;
};

}  // namespace strata::cli
