#include "strata/cli/api.h"

namespace strata::cli {

Api::Api(Credentials credentials) : credentials_(std::move(credentials)), client_({.user_agent = "strata-cli"}) {}

boost::json::value Api::call(http::Method method, std::string_view path, const boost::json::value* body) {
  http::ClientRequest request;
  request.method = method;
  request.url = credentials_.url + std::string(path);
  request.headers.set("Accept", "application/json");
  if (!credentials_.api_key.empty()) request.headers.set("Authorization", "Bearer " + credentials_.api_key.reveal());
  if (body != nullptr) {
    request.headers.set("Content-Type", "application/json");
    request.body = boost::json::serialize(*body);
  }
  const auto response = client_.request(request);
  http::throw_if_refused(response);
  if (response.body.empty()) return boost::json::object{};
  return describe::parse_json(response.body, 8_MiB);
}

boost::json::value Api::get(std::string_view path) {
  return call(http::Method::kGet, path, nullptr);
}

boost::json::value Api::post(std::string_view path, const boost::json::value& body) {
  return call(http::Method::kPost, path, &body);
}

boost::json::value Api::patch(std::string_view path, const boost::json::value& body) {
  return call(http::Method::kPatch, path, &body);
}

boost::json::value Api::remove(std::string_view path, const boost::json::value& body) {
  return call(http::Method::kDelete, path, body.is_null() ? nullptr : &body);
}

}  // namespace strata::cli
