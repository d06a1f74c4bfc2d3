#include "strata/describe/components.h"

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::describe {

namespace json = boost::json;

json::object NamedSchema::json_schema(const Rules&, Components& components, Direction direction) const {
  return components.reference(*this, direction);
}

json::object Components::reference(const NamedSchema& schema, Direction direction) {
  auto name = schema.name();
  const auto taken = entries_.find(name);
  if (taken != entries_.end() && taken->second.direction != direction && direction == Direction::kRequest) {
    std::set<const Schema*> seen;
    if (!schema.same_both_ways(seen)) name += "Input";
  }
  const auto [place, is_new] = entries_.try_emplace(name);
  if (is_new) {
    place->second.schema = &schema;
    place->second.direction = direction;
    // The entry exists before its body is made: a recursive type refers to itself. std::map keeps the place valid.
    place->second.body = schema.component(*this, direction);
  } else if (place->second.schema != &schema) {
    throw Error(ErrorKind::kInternal, fmt::format("two descriptions are named {}", name));
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

json::object Components::schemas() const {
  json::object all;
  for (const auto& [name, entry] : entries_) all.emplace(name, entry.body);
  return all;
}

}  // namespace strata::describe
