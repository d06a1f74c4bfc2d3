#include "strata/wings/configuration/yaml.h"

#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "strata/base/error.h"
#include "strata/base/units.h"
#include "strata/describe/containers.h"
#include "strata/describe/json.h"
#include "strata/describe/object.h"

namespace strata::wings {
namespace {

namespace json = boost::json;

/// Aliases let a small file stand for a huge tree.
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxDepth = 32;

YAML::Node load(std::string_view text) {
  if (text.size() > kMaxConfigurationBytes) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("the configuration is larger than {}", human_bytes(kMaxConfigurationBytes)));
  }
  try {
    auto root = YAML::Load(std::string(text));
    if (root.IsNull()) return YAML::Node(YAML::NodeType::Map);
    if (!root.IsMap()) throw Error(ErrorKind::kInvalid, "the configuration is not a YAML mapping");
    return root;
  } catch (const YAML::Exception& fault) {
    throw Error(ErrorKind::kInvalid, fmt::format("the configuration is not YAML: line {}, column {}: {}",
                                                 fault.mark.line + 1, fault.mark.column + 1, fault.msg));
  }
}

/// Scalars stay texts: what `no` or `0644` mean is the description's to say, not YAML's.
json::value texts_of(const YAML::Node& node, std::size_t depth, std::size_t& nodes) {
  if (++nodes > kMaxNodes || depth > kMaxDepth) throw Error(ErrorKind::kTooLarge, "the configuration is too deep");
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return json::value(node.Scalar());
    case YAML::NodeType::Sequence: {
      json::array list;
      for (const auto& element : node) list.push_back(texts_of(element, depth + 1, nodes));
      return list;
    }
    case YAML::NodeType::Map: {
      json::object map;
      for (const auto& entry : node) {
        if (entry.first.IsScalar())
          map.insert_or_assign(entry.first.Scalar(), texts_of(entry.second, depth + 1, nodes));
      }
      return map;
    }
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      break;
  }
  return nullptr;
}

/// A key without a value ("api:") means what leaving it out means.
void drop_nulls(json::object& map) {
  std::vector<std::string> empty;
  for (auto& [key, value] : map) {
    if (value.is_null()) empty.emplace_back(key);
    if (value.is_object()) drop_nulls(value.get_object());
  }
  for (const auto& key : empty) map.stable_erase(map.find(key));
}

YAML::Node node_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return YAML::Node(YAML::NodeType::Null);
    case json::kind::bool_:
      return YAML::Node(value.get_bool());
    case json::kind::string:
      return YAML::Node(std::string(value.get_string()));
    case json::kind::array: {
      YAML::Node list(YAML::NodeType::Sequence);
      for (const auto& element : value.get_array()) list.push_back(node_of(element));
      return list;
    }
    case json::kind::object: {
      YAML::Node map(YAML::NodeType::Map);
      for (const auto& [key, member] : value.get_object()) map[std::string(key)] = node_of(member);
      return map;
    }
    default:
      return YAML::Node(json::serialize(value));  // numbers
  }
}

void drop_absent(YAML::Node map, const json::object& present) {
  std::vector<std::string> gone;
  for (const auto& entry : map) {
    if (!present.contains(entry.first.Scalar())) gone.push_back(entry.first.Scalar());
  }
  for (const auto& key : gone) map.remove(key);
}

/// Sets what the description knows inside `node`, which keeps what it does not.
void overlay(YAML::Node node, const json::object& values, const describe::Schema& schema) {
  const auto* described = dynamic_cast<const describe::ObjectSchema*>(&schema);
  const auto* map = dynamic_cast<const describe::MapSchema*>(&schema);
  if (map != nullptr) drop_absent(node, values);
  const auto set = [&](const std::string& key, const json::value& value, const describe::Schema& inner) {
    if (value.is_object() && node[key].IsMap()) {
      overlay(node[key], value.get_object(), inner);
    } else {
      node[key] = node_of(value);
    }
  };
  if (map != nullptr) {
    for (const auto& [key, value] : values) set(std::string(key), value, map->inner());
  } else if (described != nullptr) {
    for (const auto& field : described->fields()) {
      if (const auto* value = values.if_contains(field.name)) set(field.name, *value, field.schema());
    }
  }
}

}  // namespace

Configuration parse_configuration(std::string_view yaml) {
  std::size_t nodes = 0;
  json::value texts = texts_of(load(yaml), 0, nodes);
  drop_nulls(texts.get_object());
  return describe::parse_texts<Configuration>(texts);
}

std::string render_configuration(const Configuration& values, std::string_view previous) {
  auto root = load(previous);
  const auto known = describe::to_json(values, describe::Secrets::kReveal);
  overlay(root, known.get_object(), describe::SchemaFor<Configuration>::get());
  YAML::Emitter out;
  out << root;
  return std::string(out.c_str()) + "\n";
}

}  // namespace strata::wings
