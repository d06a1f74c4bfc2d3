#include "strata/describe/openapi.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/components.h"

namespace strata::describe {
namespace {

namespace json = boost::json;

constexpr std::string_view kJson = "application/json";

/// Builds one document. Requests are described in a second pass, after all answers, so that component names depend on
/// the whole document and not on the order of its routes.
class Document {
 public:
  explicit Document(const DocumentInfo& info) : info_(info) {}

  void add_answers(const Operation& operation) {
    auto& path = member(paths_, operation.path);
    auto& entry = member(path, lower(operation.method));
    entry["operationId"] = operation_id(operation);
    entry["summary"] = operation.summary;
    if (!operation.tags.empty()) entry["tags"] = json::array(operation.tags.begin(), operation.tags.end());
    if (!operation.permission.empty()) entry["x-permission"] = operation.permission;
    if (!operation.needs_credentials) entry["security"] = json::array();
    json::object responses;
    for (const auto& answer : operation.answers) responses[std::to_string(answer.status)] = describe_answer(answer);
    for (const int status : operation.error_statuses) responses[std::to_string(status)] = describe_error();
    entry["responses"] = std::move(responses);
  }

  void add_request(const Operation& operation) {
    auto& entry = paths_[operation.path].as_object()[lower(operation.method)].as_object();
    auto parameters = path_parameters(operation.path);
    if (operation.query != nullptr) add_query_parameters(operation.query(), parameters);
    if (!parameters.empty()) entry["parameters"] = std::move(parameters);
    if (!operation.request) return;
    entry["requestBody"] = json::object{
        {"required", true}, {"content", json::object{{kJson, media(*operation.request, Direction::kRequest)}}}};
  }

  json::value finish() {
    json::object schemes{{"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}}};
    json::array security{json::object{{"bearer", json::array()}}};
    if (!info_.session_cookie.empty()) {
      schemes["session"] = json::object{{"type", "apiKey"}, {"in", "cookie"}, {"name", info_.session_cookie}};
      security.push_back(json::object{{"session", json::array()}});
    }
    return json::object{
        {"openapi", "3.1.0"},
        {"info", json::object{{"title", info_.title}, {"version", info_.version}, {"description", info_.description}}},
        {"security", std::move(security)},
        {"paths", std::move(paths_)},
        {"components", json::object{{"securitySchemes", std::move(schemes)}, {"schemas", components_.schemas()}}}};
  }

 private:
  static json::object& member(json::object& parent, std::string_view key) {
    auto& value = parent[key];
    if (!value.is_object()) value.emplace_object();
    return value.get_object();
  }

  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
  }

  static std::string operation_id(const Operation& operation) {
    auto id = lower(operation.method);
    bool after_gap = true;
    for (const char c : operation.path) {
      const bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0;
      if (is_word && after_gap) id.push_back('_');
      if (is_word) id.push_back(c);
      after_gap = !is_word && c != '_';
      if (c == '_') id.push_back(c);
    }
    return id;
  }

  static json::array path_parameters(std::string_view path) {
    json::array parameters;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
      const auto close = path.find('}', open);
      if (close == std::string_view::npos) throw Error(ErrorKind::kInternal, fmt::format("{} is malformed", path));
      parameters.push_back(json::object{{"name", path.substr(open + 1, close - open - 1)},
                                        {"in", "path"},
                                        {"required", true},
                                        {"schema", json::object{{"type", "string"}}}});
    }
    return parameters;
  }

  static bool contains(const json::array& texts, std::string_view text) {
    return std::any_of(texts.begin(), texts.end(), [&](const json::value& each) { return each.as_string() == text; });
  }

  void add_query_parameters(const Schema& query, json::array& parameters) {
    const auto* named = dynamic_cast<const NamedSchema*>(&query);
    if (named == nullptr) throw Error(ErrorKind::kInternal, "a query is described by a struct");
    auto schema = named->component(components_, Direction::kRequest);
    const auto* required = schema.if_contains("required");
    for (auto& [name, property] : schema["properties"].as_object()) {
      json::object parameter{{"name", name}, {"in", "query"}, {"schema", property}};
      if (required != nullptr && contains(required->get_array(), name)) parameter["required"] = true;
      parameters.push_back(std::move(parameter));
    }
  }

  json::object media(const Payload& payload, Direction direction) {
    auto schema = payload.schema().json_schema(Rules{}, components_, direction);
    if (!payload.under.empty()) {
      schema = json::object{{"type", "object"},
                            {"properties", json::object{{payload.under, std::move(schema)}}},
                            {"required", json::array{payload.under}}};
    }
    return {{"schema", std::move(schema)}};
  }

  json::object describe_answer(const Answer& answer) {
    json::object response{{"description", answer.description.empty() ? "success" : answer.description}};
    if (answer.payload) {
      response["content"] = json::object{{kJson, media(*answer.payload, Direction::kResponse)}};
    } else if (answer.status != 204) {
      json::object schema{{"type", answer.media_type == kJson ? "object" : "string"}};
      if (answer.media_type != kJson) schema["format"] = "binary";
      response["content"] = json::object{{answer.media_type, json::object{{"schema", std::move(schema)}}}};
    }
    return response;
  }

  json::object describe_error() {
    json::object response{{"description", "refused"}};
    if (info_.error != nullptr) {
      response["content"] = json::object{{kJson, media(Payload{info_.error, {}}, Direction::kResponse)}};
    }
    return response;
  }

  const DocumentInfo& info_;
  Components components_;
  json::object paths_;
};

}  // namespace

json::value openapi(const DocumentInfo& info, const std::vector<Operation>& operations) {
  Document document(info);
  for (const auto& operation : operations) document.add_answers(operation);
  for (const auto& operation : operations) document.add_request(operation);
  return document.finish();
}

}  // namespace strata::describe
