#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace strata::describe {

class Components;
class Reader;

/// Whether `Secret` and `SecretPatch` members are written. kReveal is for the few places that send a secret on purpose:
/// the client that submits it, the Panel that hands credentials to a node.
enum class Secrets { kHide, kReveal };

/// Which way a value travels: a field may be optional in a request and always present in a response.
enum class Direction { kRequest, kResponse };

/// A test of a text beyond its length.
struct TextRule {
  /// Empty when the text is fine, else what is wrong with it, put behind the field's path.
  std::function<std::string(std::string_view)> fault;
  std::string format;  ///< JSON Schema "format"; may be empty
};

/// What a field demands of its value beyond the type. Rules of texts and numbers reach through optional, Patch, lists
/// and maps to the innermost values; `items` is about the list or map itself.
struct Rules {
  std::optional<std::size_t> min_length;  ///< Unicode code points
  std::optional<std::size_t> max_length;
  std::optional<std::size_t> min_key_length;  ///< keys of a map, code points
  std::optional<std::size_t> max_key_length;
  std::optional<std::size_t> min_items;
  std::optional<std::size_t> max_items;
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::vector<TextRule> text_rules;
  std::optional<std::string> shown_as;  ///< what stands in for a hidden secret; without it the field is left out
  bool not_null = false;                ///< Patch only: null is refused
};

/// How values of one C++ type are read, written and described. Values are passed as untyped pointers so that the engine
/// is compiled once; `schema_for.h` and `object.h` are the typed doors, nobody else calls these. Immutable; any thread.
class Schema {
 public:
  virtual ~Schema() = default;

  /// Sets the value at `to`. Faults go to `reader`; the value is then unspecified but valid.
  virtual void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const = 0;

  /// False when nothing is to be written: an absent Patch, a hidden secret.
  virtual bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const = 0;

  /// JSON Schema 2020-12, as OpenAPI 3.1 uses it. Named types go to `components` and come back as `$ref`.
  virtual boost::json::object json_schema(const Rules& rules, Components& components, Direction direction) const = 0;

  /// False for types with a state for "not given".
  virtual bool must_be_given() const { return true; }

  /// True for types (and containers of types) whose value is hidden.
  virtual bool is_secret() const { return false; }

  /// True when request and response have one JSON Schema. `seen` breaks cycles of recursive types.
  virtual bool same_both_ways(std::set<const Schema*>& seen) const = 0;
};

/// A type with its own entry under `components/schemas`: a described struct or enum.
class NamedSchema : public Schema {
 public:
  explicit NamedSchema(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  boost::json::object json_schema(const Rules& rules, Components& components, Direction direction) const override;

  /// The entry itself.
  virtual boost::json::object component(Components& components, Direction direction) const = 0;

 private:
  std::string name_;
};

}  // namespace strata::describe
