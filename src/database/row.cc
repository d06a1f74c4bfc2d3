#include "strata/database/row.h"

#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::database {
namespace {

[[noreturn]] void throw_defect(std::string_view column, std::string_view what) {
  throw Error(ErrorKind::kInternal, fmt::format("column '{}' {}", column, what));
}

/// Numbers arrive as text where PostgreSQL has a type wider than ours: sum(bigint) is numeric.
template <class Number>
std::optional<Number> parse_number(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.content());
  if (text == nullptr) return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

}  // namespace

Row::Row(std::shared_ptr<const Columns> columns, std::vector<Value> values)
    : columns_(std::move(columns)), values_(std::move(values)) {}

const Value& Row::at(std::string_view column) const {
  for (std::size_t i = 0; i < columns_->size(); ++i) {
    if ((*columns_)[i] == column) return values_[i];
  }
  throw_defect(column, "is not in the result");
}

const std::string& Row::text(std::string_view column) const {
  const Value& value = at(column);
  if (value.is_null()) throw_defect(column, "is null");
  const auto* text = std::get_if<std::string>(&value.content());
  if (text == nullptr) throw_defect(column, "is not text");
  return *text;
}

std::int64_t Row::integer(std::string_view column) const {
  const Value& value = at(column);
  if (value.is_null()) throw_defect(column, "is null");
  if (const auto* number = std::get_if<std::int64_t>(&value.content())) return *number;
  if (const auto number = parse_number<std::int64_t>(value)) return *number;
  throw_defect(column, "is not an integer");
}

double Row::real(std::string_view column) const {
  const Value& value = at(column);
  if (value.is_null()) throw_defect(column, "is null");
  if (const auto* number = std::get_if<double>(&value.content())) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value.content())) return static_cast<double>(*number);
  if (const auto number = parse_number<double>(value)) return *number;
  throw_defect(column, "is not a number");
}

bool Row::boolean(std::string_view column) const {
  const std::int64_t number = integer(column);
  if (number != 0 && number != 1) throw_defect(column, "is not a truth value");
  return number == 1;
}

Timestamp Row::time(std::string_view column) const {
  return Timestamp{std::chrono::microseconds{integer(column)}};
}

Uuid Row::uuid(std::string_view column) const {
  const auto uuid = Uuid::parse(text(column));
  if (!uuid) throw Error(ErrorKind::kCorrupt, fmt::format("column '{}' does not hold an id", column));
  return *uuid;
}

std::optional<std::string> Row::optional_text(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<std::int64_t> Row::optional_integer(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<double> Row::optional_real(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

std::optional<bool> Row::optional_boolean(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return boolean(column);
}

std::optional<Timestamp> Row::optional_time(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

}  // namespace strata::database
