#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "strata/describe/enumeration.h"
#include "strata/describe/schema_for.h"

namespace strata::describe {

/// One member of a described struct.
struct Field {
  std::string name;
  std::size_t offset = 0;  ///< bytes from the start of the struct
  SchemaGetter schema = nullptr;
  Rules rules;
  bool defaulted = false;
  bool read_only = false;
  bool write_only = false;
  std::string doc;
};

/// Faults that need more than one field; filled by a `check` of the description.
class ObjectFaults {
 public:
  explicit ObjectFaults(Reader& reader) : reader_(reader) {}
  /// `field` is a path from this object, such as "backup_configs.s3".
  void add(std::string_view field, std::string_view text);

 private:
  Reader& reader_;
};

/// The schema of a described struct; built by `object<T>()`.
class ObjectSchema final : public NamedSchema {
 public:
  using Check = std::function<void(const void*, ObjectFaults&)>;
  ObjectSchema(std::string name, std::vector<Field> fields, std::vector<Check> checks,
               std::shared_ptr<const void> default_value);

  void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const override;
  bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const override;
  boost::json::object component(Components& components, Direction direction) const override;
  bool same_both_ways(std::set<const Schema*>& seen) const override;

  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<Check>& checks() const { return checks_; }

 private:
  void read_field(const Field& field, const boost::json::object& from, void* to, Reader& reader) const;

  std::vector<Field> fields_;
  std::vector<Check> checks_;
  std::shared_ptr<const void> default_value_;
};

/// What the builder gathers; the part of it that does not depend on the struct.
class ObjectParts {
 public:
  explicit ObjectParts(std::string name) : name_(std::move(name)) {}
  void add(std::string name, std::size_t offset, SchemaGetter schema);
  void flatten(const Schema& nested, std::size_t offset);
  /// The field that was added last; Error(kInternal) when there is none.
  Field& last();
  std::vector<ObjectSchema::Check>& checks() { return checks_; }
  ObjectSchema build(std::shared_ptr<const void> default_value);

 private:
  std::string name_;
  std::vector<Field> fields_;
  std::vector<ObjectSchema::Check> checks_;
};

/// See described.h for its use. Rules apply to the field named before them. A field is required unless its type can be
/// absent (optional, Patch, SecretPatch) or it is `defaulted()`. Secrets are write-only by nature.
template <class T>
class ObjectBuilder {
 public:
  explicit ObjectBuilder(std::string name) : sample_(std::make_shared<const T>()), parts_(std::move(name)) {}

  /// Fields are read, reported and written in this order.
  template <class Member, class Owner>
  ObjectBuilder& field(std::string name, Member Owner::* member) {
    parts_.add(std::move(name), offset_of(member), &SchemaFor<Member>::get);
    return *this;
  }

  /// The fields (and checks) of a member that is itself a described struct, as if they were members of this one.
  template <class Member, class Owner>
  ObjectBuilder& flatten(Member Owner::* member) {
    parts_.flatten(SchemaFor<Member>::get(), offset_of(member));
    return *this;
  }

  /// Unicode code points.
  ObjectBuilder& length(std::size_t min, std::size_t max) {
    parts_.last().rules.min_length = min;
    parts_.last().rules.max_length = max;
    return *this;
  }
  /// Code points of the keys of a map.
  ObjectBuilder& key_length(std::size_t min, std::size_t max) {
    parts_.last().rules.min_key_length = min;
    parts_.last().rules.max_key_length = max;
    return *this;
  }
  /// Number of elements of a list or map.
  ObjectBuilder& items(std::size_t min, std::size_t max) {
    parts_.last().rules.min_items = min;
    parts_.last().rules.max_items = max;
    return *this;
  }
  ObjectBuilder& range(std::int64_t min, std::int64_t max) {
    parts_.last().rules.max = max;
    return at_least(min);
  }
  ObjectBuilder& at_least(std::int64_t min) {
    parts_.last().rules.min = min;
    return *this;
  }
  /// A test of the text (predicates.h); several may follow each other, the first fault is reported.
  ObjectBuilder& must(TextRule rule) {
    parts_.last().rules.text_rules.push_back(std::move(rule));
    return *this;
  }
  /// May be absent: the member keeps its initializer.
  ObjectBuilder& defaulted() {
    parts_.last().defaulted = true;
    return *this;
  }
  /// Written, and ignored when sent.
  ObjectBuilder& read_only() {
    parts_.last().read_only = true;
    return *this;
  }
  /// Accepted, never written.
  ObjectBuilder& write_only() {
    parts_.last().write_only = true;
    return *this;
  }
  /// For a Patch of something that cannot be cleared.
  ObjectBuilder& not_null() {
    parts_.last().rules.not_null = true;
    return *this;
  }
  /// What answers show in place of a secret: "" or a mask. A SecretPatch takes the same text for "keep".
  ObjectBuilder& shown_as(std::string text) {
    parts_.last().rules.shown_as = std::move(text);
    return *this;
  }
  /// One sentence for the generated documentation.
  ObjectBuilder& doc(std::string text) {
    parts_.last().doc = std::move(text);
    return *this;
  }
  /// A rule about several fields: `void(const T&, ObjectFaults&)`. Runs only when every field by itself is fine.
  template <class Function>
  ObjectBuilder& check(Function function) {
    parts_.checks().push_back([function = std::move(function)](const void* value, ObjectFaults& faults) {
      function(*static_cast<const T*>(value), faults);
    });
    return *this;
  }

  ObjectSchema build() { return parts_.build(sample_); }

 private:
  // Fields are reached by their offset, so that one engine serves all structs. A sample gives the offset also where
  // offsetof does not apply (bases, non-standard layout).
  template <class Member, class Owner>
  std::size_t offset_of(Member Owner::* member) const {
    const T& sample = *sample_;
    return static_cast<std::size_t>(reinterpret_cast<const char*>(&(sample.*member)) -
                                    reinterpret_cast<const char*>(&sample));
  }

  std::shared_ptr<const T> sample_;
  ObjectParts parts_;
};

template <class T>
ObjectBuilder<T> object(std::string name) {
  return ObjectBuilder<T>(std::move(name));
}

}  // namespace strata::describe
