#include "strata/http/json.h"

#include "strata/base/error.h"

namespace strata::http {

Response json_response(int status, const boost::json::value& value) {
  return text_response(status, boost::json::serialize(value), "application/json");
}

boost::json::value json_body(const Request& request) {
  if (request.body.empty()) return boost::json::object{};
  const auto type = request.headers.get("Content-Type");
  if (type.empty()) throw Error(ErrorKind::kInvalid, "invalid payload: missing content type header");
  auto essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  if (!equal_without_case(essence, "application/json")) {
    throw Error(ErrorKind::kInvalid, "invalid payload: unsupported content type");
  }
  // The route's limit held when the body was read.
  return describe::parse_json(request.body, request.body.size());
}

}  // namespace strata::http
