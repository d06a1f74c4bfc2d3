#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/describe/components.h"
#include "strata/wings/configuration/configuration_store.h"

namespace strata::wings {
namespace {

namespace json = boost::json;

/// Follows the descriptions by their JSON Schema, which has all that a reader wants to know: type, limits, default,
/// meaning.
class Page {
 public:
  std::string write() {
    const auto root = describe::json_schema<Configuration>(components_, describe::Direction::kRequest);
    schemas_ = components_.schemas();
    section("", resolve(root));
    return text_;
  }

 private:
  const json::object& resolve(const json::object& schema) const {
    const auto* reference = schema.if_contains("$ref");
    if (reference == nullptr) return schema;
    const std::string_view path = reference->get_string();
    return schemas_.at(path.substr(path.rfind('/') + 1)).get_object();
  }

  /// A table of the plain keys of one level, then the levels below it.
  void section(const std::string& prefix, const json::object& object) {
    struct Below {
      std::string prefix;
      const json::object* object;
    };
    std::vector<Below> below;
    std::string rows;
    for (const auto& [name, member] : object.at("properties").get_object()) {
      const auto key = prefix + std::string(name);
      const auto& field = member.get_object();
      const auto& type = resolve(field);
      if (type.contains("properties")) {
        below.push_back({key + ".", &type});
      } else if (is_map_of_objects(type)) {
        below.push_back({key + ".<name>.", &resolve(type.at("additionalProperties").get_object())});
      } else {
        rows += fmt::format("| `{}` | {} | {} | {} |\n", key, type_of(field), default_of(field), doc_of(field));
      }
    }
    if (!rows.empty()) {
      text_ +=
          prefix.empty() ? "\n## Top level\n\n" : fmt::format("\n## `{}`\n\n", prefix.substr(0, prefix.size() - 1));
      text_ += "| Key | Type | Default | Meaning |\n|---|---|---|---|\n" + rows;
    }
    for (const auto& next : below) section(next.prefix, *next.object);
  }

  bool is_map_of_objects(const json::object& type) const {
    const auto* values = type.if_contains("additionalProperties");
    return values != nullptr && values->is_object() && resolve(values->get_object()).contains("properties");
  }

  std::string type_of(const json::object& field) const {
    const auto& type = resolve(field);
    if (const auto* choices = type.if_contains("enum")) {
      std::string text;
      for (const auto& choice : choices->get_array()) text += (text.empty() ? "`" : ", `") + text_of(choice) + "`";
      return text;
    }
    if (type.contains("additionalProperties")) return "map of texts";
    std::string name = "text";
    const auto* kind = type.if_contains("type");
    const auto is = [&](std::string_view wanted) {
      if (kind == nullptr) return false;
      return kind->is_array() ? kind->get_array().front() == json::value(wanted) : *kind == json::value(wanted);
    };
    if (is("boolean")) name = "true or false";
    if (is("integer")) name = "number" + range_of(type);
    if (is("array")) name = "list of texts";
    return name;
  }

  static std::string range_of(const json::object& type) {
    const auto* most = type.if_contains("maximum");
    if (most == nullptr) return "";
    return fmt::format(", {} to {}", json::serialize(type.at("minimum")), json::serialize(*most));
  }

  static std::string default_of(const json::object& field) {
    const auto* value = field.if_contains("default");
    if (value == nullptr || value->is_null()) return "–";
    if (value->is_string()) return value->get_string().empty() ? "–" : "`" + text_of(*value) + "`";
    if (value->is_array() && value->get_array().empty()) return "–";
    if (value->is_object() && value->get_object().empty()) return "–";
    return "`" + json::serialize(*value) + "`";
  }

  static std::string doc_of(const json::object& field) {
    const auto* text = field.if_contains("description");
    return text == nullptr ? std::string() : text_of(*text);
  }

  static std::string text_of(const json::value& value) { return std::string(value.get_string()); }

  describe::Components components_;
  json::object schemas_;
  std::string text_ = R"(# The configuration of a node

`wings.yml` is YAML. Every key has a default, unknown keys are kept when the program writes the file (comments are not).
Names and defaults follow the reference node, so that its `config.yml` can be taken over:
`strata wings configure --import FILE` reads it and writes a new `wings.yml`.

The Panel may change `system.backups`, `system.disk_limiter_mode` and `throttles` while the node runs, but not
`system.backups.restic.repository`, `.password_file`, `.environment` and `system.backups.mounting.path`. Everything else
is changed in the file and needs a restart.

This page is written by the program from the same table that reads the file.
)";
};

}  // namespace

std::string configuration_markdown() {
  return Page().write();
}

}  // namespace strata::wings
