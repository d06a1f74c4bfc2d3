#include "strata/http/websocket.h"

namespace strata::http {

bool is_same_origin(const Request& request) {
  const auto origin = request.headers.get("Origin");
  if (origin.empty()) return true;
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null"
  return equal_without_case(origin.substr(scheme_end + 3), request.headers.get("Host"));
}

}  // namespace strata::http
