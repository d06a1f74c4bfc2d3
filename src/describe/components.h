#pragma once

#include <map>
#include <string>

#include "strata/describe/schema_for.h"

namespace strata::describe {

/// The named schemas of one document. Responses first, then requests: a struct that differs between the two gets a
/// second entry "<Name>Input" for the request. Two descriptions of one name are an Error(kInternal).
class Components {
 public:
  /// `{"$ref": "#/components/schemas/<name>"}`, adding the entry when it is new.
  boost::json::object reference(const NamedSchema& schema, Direction direction);

  /// All entries so far, sorted by name.
  boost::json::object schemas() const;

 private:
  struct Entry {
    const NamedSchema* schema = nullptr;
    Direction direction = Direction::kResponse;
    boost::json::object body;
  };
  std::map<std::string, Entry> entries_;
};

/// The JSON Schema of a type; named parts go to `components`.
template <class T>
boost::json::object json_schema(Components& components, Direction direction) {
  return SchemaFor<T>::get().json_schema(Rules{}, components, direction);
}

}  // namespace strata::describe
