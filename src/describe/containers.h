#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "strata/describe/ordered_map.h"
#include "strata/describe/patch.h"
#include "strata/describe/schema.h"

namespace strata::describe {

/// Finds the schema of an element when it is first needed, so that a struct may contain a list of itself.
using SchemaGetter = const Schema& (*)();

/// What optional, Patch, list and map share: an inner schema whose nature they inherit. The logic lives in
/// containers.cc once; a template below adds only what needs the C++ type.
class ContainerSchema : public Schema {
 public:
  explicit ContainerSchema(SchemaGetter getter) : inner_(getter) {}
  const Schema& inner() const { return inner_(); }
  bool is_secret() const override { return inner().is_secret(); }
  bool same_both_ways(std::set<const Schema*>& seen) const override { return inner().same_both_ways(seen); }

 private:
  SchemaGetter inner_;
};

/// std::optional and Patch: one value or the lack of it.
class MaybeSchema : public ContainerSchema {
 public:
  enum class State { kAbsent, kNull, kValue };
  using ContainerSchema::ContainerSchema;
  void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const override;
  bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const override;
  boost::json::object json_schema(const Rules& rules, Components& components, Direction direction) const override;
  bool must_be_given() const override { return false; }

 private:
  virtual State state(const void* maybe) const = 0;
  virtual const void* value(const void* maybe) const = 0;
  virtual void set_null(void* maybe) const = 0;
  /// Reads through `inner()` into a fresh value, then stores it.
  virtual void set_value(void* maybe, const boost::json::value& from, const Rules& rules, Reader& reader) const = 0;
};

class ListSchema : public ContainerSchema {
 public:
  using ContainerSchema::ContainerSchema;
  void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const override;
  bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const override;
  boost::json::object json_schema(const Rules& rules, Components& components, Direction direction) const override;

 private:
  virtual void clear(void* list) const = 0;
  virtual void* append(void* list) const = 0;
  virtual std::size_t size(const void* list) const = 0;
  virtual const void* at(const void* list, std::size_t index) const = 0;
};

class MapSchema : public ContainerSchema {
 public:
  using ContainerSchema::ContainerSchema;
  void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const override;
  bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const override;
  boost::json::object json_schema(const Rules& rules, Components& components, Direction direction) const override;

 private:
  virtual void clear(void* map) const = 0;
  virtual void* append(void* map, std::string_view key) const = 0;
  virtual std::size_t size(const void* map) const = 0;
  virtual std::pair<std::string_view, const void*> at(const void* map, std::size_t index) const = 0;
};

template <class T>
class OptionalOf final : public MaybeSchema {
 public:
  using MaybeSchema::MaybeSchema;

 private:
  using Maybe = std::optional<T>;
  State state(const void* maybe) const override {
    return static_cast<const Maybe*>(maybe)->has_value() ? State::kValue : State::kNull;
  }
  const void* value(const void* maybe) const override { return &**static_cast<const Maybe*>(maybe); }
  void set_null(void* maybe) const override { static_cast<Maybe*>(maybe)->reset(); }
  void set_value(void* maybe, const boost::json::value& from, const Rules& rules, Reader& reader) const override {
    inner().read(from, &static_cast<Maybe*>(maybe)->emplace(), rules, reader);
  }
};

template <class T>
class PatchOf final : public MaybeSchema {
 public:
  using MaybeSchema::MaybeSchema;

 private:
  State state(const void* maybe) const override {
    const auto& patch = *static_cast<const Patch<T>*>(maybe);
    return patch.has_value() ? State::kValue : (patch.is_null() ? State::kNull : State::kAbsent);
  }
  const void* value(const void* maybe) const override { return &static_cast<const Patch<T>*>(maybe)->value(); }
  void set_null(void* maybe) const override { *static_cast<Patch<T>*>(maybe) = Patch<T>::null(); }
  void set_value(void* maybe, const boost::json::value& from, const Rules& rules, Reader& reader) const override {
    T fresh{};
    inner().read(from, &fresh, rules, reader);
    *static_cast<Patch<T>*>(maybe) = Patch<T>::of(std::move(fresh));
  }
};

template <class T>
class ListOf final : public ListSchema {
 public:
  using ListSchema::ListSchema;

 private:
  using List = std::vector<T>;
  void clear(void* list) const override { static_cast<List*>(list)->clear(); }
  void* append(void* list) const override { return &static_cast<List*>(list)->emplace_back(); }
  std::size_t size(const void* list) const override { return static_cast<const List*>(list)->size(); }
  const void* at(const void* list, std::size_t index) const override {
    return &(*static_cast<const List*>(list))[index];
  }
};

template <class T>
class MapOf final : public MapSchema {
 public:
  using MapSchema::MapSchema;

 private:
  using Map = OrderedMap<T>;
  void clear(void* map) const override { *static_cast<Map*>(map) = Map{}; }
  void* append(void* map, std::string_view key) const override {
    return &static_cast<Map*>(map)->append(std::string(key));
  }
  std::size_t size(const void* map) const override { return static_cast<const Map*>(map)->size(); }
  std::pair<std::string_view, const void*> at(const void* map, std::size_t index) const override {
    const auto& entry = *(static_cast<const Map*>(map)->begin() + static_cast<std::ptrdiff_t>(index));
    return {entry.first, &entry.second};
  }
};

}  // namespace strata::describe
