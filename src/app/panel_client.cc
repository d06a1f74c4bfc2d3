#include "strata/app/panel_client.h"

#include "strata/describe/json.h"
#include "strata/http/client.h"

namespace strata::app {

boost::json::value InProcessPanel::call(http::Method method, std::string_view path, const boost::json::value* body) {
  http::Request request;
  request.method = method;
  request.target = path;
  request.path = path;
  request.peer_address = "127.0.0.1";
  request.headers.set("Authorization", "Bearer " + api_key_);
  if (body != nullptr) {
    request.headers.set("Content-Type", "application/json");
    request.body = boost::json::serialize(*body);
  }
  const auto response = router_.handle(request);
  http::throw_if_refused(
      {.status = response.status, .headers = response.headers, .body = std::string(response.text())});
  return describe::parse_json(response.text(), 8_MiB);
}

}  // namespace strata::app
