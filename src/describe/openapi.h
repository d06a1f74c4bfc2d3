#pragma once

#include <optional>
#include <string>
#include <vector>

#include "strata/describe/schema_for.h"

namespace strata::describe {

/// What a route takes or gives. `under` wraps it in an object with that one key, as the Panel's envelopes do:
/// `{"location": {...}}`.
struct Payload {
  SchemaGetter schema = nullptr;
  std::string under;
};

template <class T>
Payload payload(std::string under = {}) {
  return {&SchemaFor<T>::get, std::move(under)};
}

/// One answer of a route. Without payload: an empty object for JSON, or a body of `media_type`.
struct Answer {
  int status = 200;
  std::string description;
  std::optional<Payload> payload;
  std::string media_type = "application/json";
};

struct Operation {
  std::string method;  ///< "GET"
  std::string path;    ///< "/api/admin/nodes/{node}"; each {name} becomes a path parameter
  std::string summary;
  std::string permission;         ///< shown as `x-permission`; empty: none needed
  bool needs_credentials = true;  ///< false: open to everybody
  std::vector<std::string> tags;
  SchemaGetter query = nullptr;  ///< a described struct, one parameter per field
  std::optional<Payload> request;
  std::vector<Answer> answers;
  std::vector<int> error_statuses;  ///< answered with the document's error object
};

struct DocumentInfo {
  std::string title;
  std::string version;
  std::string description;
  std::string session_cookie;  ///< name of the cookie that authenticates; empty: bearer only
  SchemaGetter error = nullptr;
};

/// An OpenAPI 3.1 document. Operation ids are made from method and path ("get_api_admin_nodes_node").
boost::json::value openapi(const DocumentInfo& info, const std::vector<Operation>& operations);

}  // namespace strata::describe
