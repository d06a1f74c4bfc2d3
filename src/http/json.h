#pragma once

#include <string>
#include <utility>

#include <boost/json.hpp>

#include "strata/describe/json.h"
#include "strata/http/message.h"

namespace strata::http {

Response json_response(int status, const boost::json::value& value);

/// A described struct as the answer; secrets stay hidden.
template <class T>
Response answer(const T& value, int status = 200) {
  return json_response(status, describe::to_json(value));
}

/// The same inside an envelope: `{"location": {...}}`.
template <class T>
Response answer_under(std::string_view key, const T& value, int status = 200) {
  return json_response(status, boost::json::object{{key, describe::to_json(value)}});
}

/// The JSON of the body. An empty body counts as `{}`; a body that is not declared application/json (parameters
/// allowed) is an Error(kInvalid) in the compatible words.
boost::json::value json_body(const Request& request);

template <class T>
T parse_body(const Request& request) {
  return describe::parse<T>(json_body(request));
}

template <class T>
T parse_query(const Request& request) {
  return describe::parse_query<T>(request.query);
}

}  // namespace strata::http
