#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"

namespace strata::database {

/// One column of a row or one parameter. Both engines see the same four kinds: null, 64-bit integer, double, text. A
/// bool is the integer 0 or 1, a time its microseconds UTC, an id its text. Binary data is stored as base64 text. Text
/// with a NUL byte is refused (kInvalid): PostgreSQL would silently cut it there.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) = delete;
  Value(std::nullopt_t) {}
  Value(bool value) : content_(static_cast<std::int64_t>(value)) {}
  template <std::signed_integral T>
  Value(T value) : content_(static_cast<std::int64_t>(value)) {}
  /// kInvalid above the largest int64.
  template <std::unsigned_integral T>
  Value(T value) : Value(from_unsigned(value)) {}
  Value(double value) : content_(value) {}
  Value(std::string value);
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(Timestamp time) : content_(static_cast<std::int64_t>(time.time_since_epoch().count())) {}
  Value(const Uuid& uuid) : content_(uuid.text()) {}
  template <class Tag>
  Value(const Id<Tag>& id) : content_(id.text()) {}
  template <class T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value()) {}

  using Content = std::variant<std::monostate, std::int64_t, double, std::string>;
  const Content& content() const { return content_; }
  bool is_null() const { return std::holds_alternative<std::monostate>(content_); }
  bool operator==(const Value&) const = default;

 private:
  static Value from_unsigned(std::uint64_t value);
  Content content_;
};

/// A placeholder `:name` of the statement and what stands for it. `name` is given without the colon and must outlive
/// the call (a literal).
struct Parameter {
  std::string_view name;
  Value value;
};

/// The parameters of one call, by reference: `{{"id", id}, {"name", name}}`, or a vector built step by step. Every
/// placeholder needs its parameter and every parameter its placeholder, else kInternal.
class Parameters {
 public:
  Parameters() = default;
// The list lives until the end of the statement that contains the call, which is as long as a Parameters is used.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime"
  Parameters(std::initializer_list<Parameter> list) : items_(list.begin(), list.size()) {}
#pragma GCC diagnostic pop
  Parameters(const std::vector<Parameter>& list) : items_(list) {}

  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::size_t size() const { return items_.size(); }

 private:
  std::span<const Parameter> items_;
};

}  // namespace strata::database
