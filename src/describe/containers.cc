#include "strata/describe/containers.h"

#include <fmt/format.h>

#include "strata/describe/reader.h"
#include "strata/describe/text_rules.h"

namespace strata::describe {
namespace {

namespace json = boost::json;

void check_items(std::size_t count, const Rules& rules, Reader& reader) {
  if (rules.min_items && count < *rules.min_items) {
    reader.fault(fmt::format("number of items is lower than {}", *rules.min_items));
  }
  if (rules.max_items && count > *rules.max_items) {
    reader.fault(fmt::format("number of items is greater than {}", *rules.max_items));
  }
}

/// A list or map over its limit is reported once, not element by element.
bool is_too_long(std::size_t count, const Rules& rules) {
  return rules.max_items && count > *rules.max_items;
}

}  // namespace

void MaybeSchema::read(const json::value& from, void* to, const Rules& rules, Reader& reader) const {
  if (!from.is_null()) return set_value(to, from, rules, reader);
  if (rules.not_null) return reader.fault("must not be null");
  set_null(to);
}

bool MaybeSchema::write(const void* from, const Rules& rules, Secrets secrets, json::value& to) const {
  switch (state(from)) {
    case State::kAbsent:
      return false;
    case State::kNull:
      to = nullptr;
      return true;
    case State::kValue:
      return inner().write(value(from), rules, secrets, to);
  }
  return false;
}

json::object MaybeSchema::json_schema(const Rules& rules, Components& components, Direction direction) const {
  auto schema = inner().json_schema(rules, components, direction);
  if (rules.not_null) return schema;
  auto* type = schema.if_contains("type");
  if (type != nullptr && type->is_string()) {
    *type = json::array{*type, "null"};
    return schema;
  }
  if (schema.empty()) return schema;  // anything goes, null too
  return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

void ListSchema::read(const json::value& from, void* to, const Rules& rules, Reader& reader) const {
  clear(to);
  if (reader.is_text_source() && from.is_string()) {
    check_items(1, rules, reader);
    return inner().read(from, append(to), rules, reader);
  }
  if (!from.is_array()) return reader.fault("must be a list");
  const auto& elements = from.get_array();
  check_items(elements.size(), rules, reader);
  if (is_too_long(elements.size(), rules)) return;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Reader::Step step(reader, i);
    if (step.allowed()) inner().read(elements[i], append(to), rules, reader);
  }
}

bool ListSchema::write(const void* from, const Rules& rules, Secrets secrets, json::value& to) const {
  auto& elements = to.emplace_array();
  const auto count = size(from);
  elements.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    json::value element;
    if (inner().write(at(from, i), rules, secrets, element)) elements.push_back(std::move(element));
  }
  return true;
}

json::object ListSchema::json_schema(const Rules& rules, Components& components, Direction direction) const {
  json::object schema{{"type", "array"}, {"items", inner().json_schema(rules, components, direction)}};
  if (rules.min_items) schema["minItems"] = *rules.min_items;
  if (rules.max_items) schema["maxItems"] = *rules.max_items;
  return schema;
}

void MapSchema::read(const json::value& from, void* to, const Rules& rules, Reader& reader) const {
  clear(to);
  if (!from.is_object()) return reader.fault("must be an object");
  const auto& members = from.get_object();
  check_items(members.size(), rules, reader);
  if (is_too_long(members.size(), rules)) return;
  for (const auto& [key, member] : members) {
    const std::string_view name = key;
    const Reader::Step step(reader, name);
    if (!step.allowed()) continue;
    if (name.find('\0') != std::string_view::npos) {
      reader.fault("key contains a NUL character");
      continue;
    }
    const auto fault = length_fault(name, rules.min_key_length, rules.max_key_length);
    if (!fault.empty()) reader.fault("key " + fault);
    inner().read(member, append(to, name), rules, reader);
  }
}

bool MapSchema::write(const void* from, const Rules& rules, Secrets secrets, json::value& to) const {
  auto& members = to.emplace_object();
  const auto count = size(from);
  members.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [key, value] = at(from, i);
    json::value member;
    if (inner().write(value, rules, secrets, member)) members.emplace(key, std::move(member));
  }
  return true;
}

json::object MapSchema::json_schema(const Rules& rules, Components& components, Direction direction) const {
  json::object schema{{"type", "object"}, {"additionalProperties", inner().json_schema(rules, components, direction)}};
  if (rules.min_items) schema["minProperties"] = *rules.min_items;
  if (rules.max_items) schema["maxProperties"] = *rules.max_items;
  json::object names;
  if (rules.min_key_length) names["minLength"] = *rules.min_key_length;
  if (rules.max_key_length) names["maxLength"] = *rules.max_key_length;
  if (!names.empty()) schema["propertyNames"] = std::move(names);
  return schema;
}

}  // namespace strata::describe
