#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "strata/describe/schema.h"

namespace strata::describe {

/// An enum as a text on the wire. Every enumerator that is ever written must be in the table.
class EnumSchema : public NamedSchema {
 public:
  using Names = std::vector<std::pair<std::int64_t, std::string>>;
  EnumSchema(std::string name, Names names) : NamedSchema(std::move(name)), names_(std::move(names)) {}

  void read(const boost::json::value& from, void* to, const Rules& rules, Reader& reader) const override;
  bool write(const void* from, const Rules& rules, Secrets secrets, boost::json::value& to) const override;
  boost::json::object component(Components& components, Direction direction) const override;
  bool same_both_ways(std::set<const Schema*>&) const override { return true; }

  /// Error(kInternal) when the table lacks the value.
  std::string_view text_of(std::int64_t value) const;
  std::optional<std::int64_t> value_of(std::string_view text) const;

 private:
  virtual void store(void* to, std::int64_t value) const = 0;
  virtual std::int64_t load(const void* from) const = 0;
  Names names_;
};

template <class Enum>
class EnumSchemaOf final : public EnumSchema {
 public:
  using EnumSchema::EnumSchema;

 private:
  void store(void* to, std::int64_t value) const override { *static_cast<Enum*>(to) = static_cast<Enum>(value); }
  std::int64_t load(const void* from) const override {
    return static_cast<std::int64_t>(*static_cast<const Enum*>(from));
  }
};

/// `static const auto schema = describe::enumeration<Disk>("BackupDisk", {{Disk::kLocal, "local"}, ...});`
template <class Enum>
EnumSchemaOf<Enum> enumeration(std::string name, std::initializer_list<std::pair<Enum, const char*>> names) {
  EnumSchema::Names table;
  for (const auto& [value, text] : names) table.emplace_back(static_cast<std::int64_t>(value), text);
  return EnumSchemaOf<Enum>(std::move(name), std::move(table));
}

/// The wire text of an enumerator, also used by the database and the command line: one spelling everywhere.
template <class Enum>
std::string_view text_of(Enum value) {
  return static_cast<const EnumSchema&>(schema_of(std::type_identity<Enum>{}))
      .text_of(static_cast<std::int64_t>(value));
}
/// nullopt for an unknown text.
template <class Enum>
std::optional<Enum> enum_of(std::string_view text) {
  const auto value = static_cast<const EnumSchema&>(schema_of(std::type_identity<Enum>{})).value_of(text);
  if (!value) return std::nullopt;
  return static_cast<Enum>(*value);
}

}  // namespace strata::describe
