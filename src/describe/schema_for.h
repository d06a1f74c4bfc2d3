#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/describe/containers.h"
#include "strata/describe/described.h"
#include "strata/describe/ordered_map.h"
#include "strata/describe/patch.h"
#include "strata/describe/schema.h"

namespace strata::describe {

/// The schema of a member type. Anything not listed here needs STRATA_DESCRIBED. Integers are the fixed-width ones (int
/// is int32): a JSON number outside the type's range is a fault, never a wrapped value.
template <class T>
struct SchemaFor {
  static const Schema& get() { return schema_of(std::type_identity<T>{}); }
};

template <>
struct SchemaFor<bool> {
  static const Schema& get();
};
template <>
struct SchemaFor<std::uint16_t> {
  static const Schema& get();
};
template <>
struct SchemaFor<std::int32_t> {
  static const Schema& get();
};
template <>
struct SchemaFor<std::uint32_t> {
  static const Schema& get();
};
template <>
struct SchemaFor<std::int64_t> {
  static const Schema& get();
};
template <>
struct SchemaFor<std::uint64_t> {
  static const Schema& get();
};
template <>
struct SchemaFor<double> {
  static const Schema& get();
};
/// UTF-8 without NUL (a database engine cuts a text there).
template <>
struct SchemaFor<std::string> {
  static const Schema& get();
};
template <>
struct SchemaFor<Uuid> {
  static const Schema& get();
};
/// RFC 3339; written in UTC.
template <>
struct SchemaFor<Timestamp> {
  static const Schema& get();
};
template <>
struct SchemaFor<Secret> {
  static const Schema& get();
};
template <>
struct SchemaFor<SecretPatch> {
  static const Schema& get();
};
/// Any JSON, passed through.
template <>
struct SchemaFor<boost::json::value> {
  static const Schema& get();
};

template <class Tag>
struct SchemaFor<Id<Tag>> {
  // An Id is a Uuid with a name: one codec serves them all.
  static_assert(std::is_standard_layout_v<Id<Tag>> && sizeof(Id<Tag>) == sizeof(Uuid));
  static const Schema& get() { return SchemaFor<Uuid>::get(); }
};

/// Absent and null read as nullopt; nullopt is written as null, so that answers always have the field.
template <class T>
struct SchemaFor<std::optional<T>> {
  static const Schema& get() {
    static const OptionalOf<T> schema(&SchemaFor<T>::get);
    return schema;
  }
};
template <class T>
struct SchemaFor<Patch<T>> {
  static const Schema& get() {
    static const PatchOf<T> schema(&SchemaFor<T>::get);
    return schema;
  }
};
template <class T>
struct SchemaFor<std::vector<T>> {
  static_assert(!std::is_same_v<T, bool>, "its elements have no address");
  static const Schema& get() {
    static const ListOf<T> schema(&SchemaFor<T>::get);
    return schema;
  }
};
template <class T>
struct SchemaFor<OrderedMap<T>> {
  static const Schema& get() {
    static const MapOf<T> schema(&SchemaFor<T>::get);
    return schema;
  }
};

}  // namespace strata::describe
