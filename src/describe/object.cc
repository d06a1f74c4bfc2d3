#include "strata/describe/object.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/reader.h"

namespace strata::describe {
namespace {

namespace json = boost::json;

const void* member_of(const void* object, const Field& field) {
  return static_cast<const char*>(object) + field.offset;
}
void* member_of(void* object, const Field& field) {
  return static_cast<char*>(object) + field.offset;
}

bool is_required(const Field& field) {
  return !field.defaulted && !field.read_only && field.schema().must_be_given();
}

/// A secret without a stand-in never appears in an answer.
bool is_hidden(const Field& field) {
  return field.write_only || (field.schema().is_secret() && !field.rules.shown_as);
}

}  // namespace

void ObjectFaults::add(std::string_view field, std::string_view text) {
  const Reader::Step step(reader_, field);
  reader_.fault(text);
}

ObjectSchema::ObjectSchema(std::string name, std::vector<Field> fields, std::vector<Check> checks,
                           std::shared_ptr<const void> default_value)
    : NamedSchema(std::move(name)),
      fields_(std::move(fields)),
      checks_(std::move(checks)),
      default_value_(std::move(default_value)) {}

void ObjectSchema::read(const json::value& from, void* to, const Rules&, Reader& reader) const {
  if (!from.is_object()) return reader.fault("must be an object");
  const auto faults_before = reader.fault_count();
  for (const auto& field : fields_) {
    if (!field.read_only) read_field(field, from.get_object(), to, reader);
  }
  if (reader.fault_count() != faults_before) return;
  ObjectFaults faults(reader);
  for (const auto& check : checks_) check(to, faults);
}

void ObjectSchema::read_field(const Field& field, const json::object& from, void* to, Reader& reader) const {
  const Reader::Step step(reader, field.name);
  if (!step.allowed()) return;
  if (const auto* value = from.if_contains(field.name)) {
    field.schema().read(*value, member_of(to, field), field.rules, reader);
  } else if (is_required(field)) {
    reader.fault("is required");
  }
}

bool ObjectSchema::write(const void* from, const Rules&, Secrets secrets, json::value& to) const {
  auto& members = to.emplace_object();
  members.reserve(fields_.size());
  for (const auto& field : fields_) {
    if (field.write_only && secrets == Secrets::kHide) continue;
    json::value value;
    if (field.schema().write(member_of(from, field), field.rules, secrets, value)) {
      members.emplace(field.name, std::move(value));
    }
  }
  return true;
}

json::object ObjectSchema::component(Components& components, Direction direction) const {
  json::object properties;
  json::array required;
  const bool is_request = direction == Direction::kRequest;
  for (const auto& field : fields_) {
    if (is_request ? field.read_only : is_hidden(field)) continue;
    auto property = field.schema().json_schema(field.rules, components, direction);
    if (!field.doc.empty()) property["description"] = field.doc;
    if (is_request && field.defaulted) {
      json::value initial;
      const bool shown =
          field.schema().write(member_of(default_value_.get(), field), field.rules, Secrets::kHide, initial);
      if (shown) property["default"] = std::move(initial);
    }
    properties.emplace(field.name, std::move(property));
    if (is_request ? is_required(field) : true) required.emplace_back(field.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

bool ObjectSchema::same_both_ways(std::set<const Schema*>& seen) const {
  if (!seen.insert(this).second) return true;
  return std::all_of(fields_.begin(), fields_.end(), [&](const Field& field) {
    return is_required(field) && !is_hidden(field) && field.schema().same_both_ways(seen);
  });
}

void ObjectParts::add(std::string name, std::size_t offset, SchemaGetter schema) {
  for (const auto& field : fields_) {
    if (field.name == name) throw Error(ErrorKind::kInternal, fmt::format("{} has {} twice", name_, name));
  }
  Field field;
  field.name = std::move(name);
  field.offset = offset;
  field.schema = schema;
  fields_.push_back(std::move(field));
}

void ObjectParts::flatten(const Schema& nested, std::size_t offset) {
  const auto* object = dynamic_cast<const ObjectSchema*>(&nested);
  if (object == nullptr) throw Error(ErrorKind::kInternal, name_ + ": only a described struct can be flattened");
  for (const auto& field : object->fields()) {
    add(field.name, offset + field.offset, field.schema);
    Field copy = field;
    copy.offset += offset;
    fields_.back() = std::move(copy);
  }
  for (const auto& check : object->checks()) {
    checks_.push_back([check, offset](const void* value, ObjectFaults& faults) {
      check(static_cast<const char*>(value) + offset, faults);
    });
  }
}

Field& ObjectParts::last() {
  if (fields_.empty()) throw Error(ErrorKind::kInternal, name_ + ": a rule needs a field before it");
  return fields_.back();
}

ObjectSchema ObjectParts::build(std::shared_ptr<const void> default_value) {
  return ObjectSchema(std::move(name_), std::move(fields_), std::move(checks_), std::move(default_value));
}

}  // namespace strata::describe
