#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "strata/base/units.h"
#include "strata/describe/schema_for.h"

namespace strata::describe {

/// The largest JSON text that is read when the caller says nothing (reliability 5.1).
inline constexpr Bytes kMaxJsonBytes = 1_MiB;

/// JSON text to value: strict UTF-8, nesting up to 32, Error(kTooLarge) above `max_bytes`, Error(kInvalid) "invalid
/// payload: <reason> near byte <n>" when it is not JSON.
boost::json::value parse_json(std::string_view text, Bytes max_bytes = kMaxJsonBytes);

void read_json(const boost::json::value& from, const Schema& schema, void* to);
void read_texts(const boost::json::value& from, const Schema& schema, void* to);
void read_query(std::span<const std::pair<std::string, std::string>> from, const Schema& schema, void* to);
boost::json::value write_json(const void* from, const Schema& schema, Secrets secrets);

/// A described type (or a list or map of one) from JSON. Throws Error(kInvalid) with every fault at once; `all()` has
/// them in the order of the description. Unknown fields are ignored.
template <class T>
T parse(std::string_view text, Bytes max_bytes = kMaxJsonBytes) {
  T value{};
  read_json(parse_json(text, max_bytes), SchemaFor<T>::get(), &value);
  return value;
}
template <class T, std::same_as<boost::json::value> Value>
T parse(const Value& from) {
  T value{};
  read_json(from, SchemaFor<T>::get(), &value);
  return value;
}

/// The same from a source where every scalar is a text, such as a YAML file: numbers and booleans are spelled out.
template <class T, std::same_as<boost::json::value> Value>
T parse_texts(const Value& from) {
  T value{};
  read_texts(from, SchemaFor<T>::get(), &value);
  return value;
}

/// A described struct from a decoded query string: numbers and booleans are spelled out ("25", "true"), a list takes
/// repeated keys, an empty value counts as absent.
template <class T>
T parse_query(std::span<const std::pair<std::string, std::string>> query) {
  T value{};
  read_query(query, SchemaFor<T>::get(), &value);
  return value;
}

template <class T>
boost::json::value to_json(const T& value, Secrets secrets = Secrets::kHide) {
  return write_json(&value, SchemaFor<T>::get(), secrets);
}
template <class T>
std::string to_text(const T& value, Secrets secrets = Secrets::kHide) {
  return boost::json::serialize(to_json(value, secrets));
}

}  // namespace strata::describe
