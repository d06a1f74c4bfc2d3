#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/describe/reader.h"
#include "strata/describe/schema_for.h"
#include "strata/describe/text_rules.h"

namespace strata::describe {
namespace {

namespace json = boost::json;

/// A value that reads and writes without help from its rules' containers.
class Scalar : public Schema {
 public:
  bool same_both_ways(std::set<const Schema*>&) const override { return true; }
};

class BoolSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules&, Reader& reader) const override {
    if (from.is_bool()) {
      *static_cast<bool*>(to) = from.get_bool();
      return;
    }
    if (reader.is_text_source() && from.is_string()) {
      const std::string_view text = from.get_string();
      if (text == "true" || text == "false") {
        *static_cast<bool*>(to) = text == "true";
        return;
      }
    }
    reader.fault("must be true or false");
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    to = *static_cast<const bool*>(from);
    return true;
  }
  json::object json_schema(const Rules&, Components&, Direction) const override { return {{"type", "boolean"}}; }
};

/// A JSON number with digits only, whatever its sign; in a query string the same spelled out.
std::optional<json::value> whole_number(const json::value& from, const Reader& reader) {
  if (from.is_int64() || from.is_uint64()) return from;
  if (!reader.is_text_source() || !from.is_string()) return std::nullopt;
  boost::system::error_code failure;
  auto number = json::parse(from.get_string(), failure);
  if (failure || !(number.is_int64() || number.is_uint64())) return std::nullopt;
  return number;
}

template <class Integer>
class IntegerSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules& rules, Reader& reader) const override {
    const auto number = whole_number(from, reader);
    if (!number) return reader.fault("must be a whole number");
    if (number->is_int64()) return check_and_store(number->get_int64(), to, rules, reader);
    check_and_store(number->get_uint64(), to, rules, reader);
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    to = *static_cast<const Integer*>(from);
    return true;
  }
  json::object json_schema(const Rules& rules, Components&, Direction) const override {
    json::object schema{{"type", "integer"}};
    if (sizeof(Integer) >= 4) schema["format"] = sizeof(Integer) == 8 ? "int64" : "int32";
    if (rules.min || std::is_unsigned_v<Integer>) schema["minimum"] = rules.min.value_or(0);
    if (rules.max) schema["maximum"] = *rules.max;
    return schema;
  }

 private:
  using Limits = std::numeric_limits<Integer>;

  template <class Number>
  static void check_and_store(Number number, void* to, const Rules& rules, Reader& reader) {
    if (rules.min && std::cmp_less(number, *rules.min)) return reader.fault(fmt::format("lower than {}", *rules.min));
    if (rules.max && std::cmp_greater(number, *rules.max)) {
      return reader.fault(fmt::format("greater than {}", *rules.max));
    }
    if (std::cmp_less(number, Limits::min())) return reader.fault(fmt::format("lower than {}", Limits::min()));
    if (std::cmp_greater(number, Limits::max())) return reader.fault(fmt::format("greater than {}", Limits::max()));
    *static_cast<Integer*>(to) = static_cast<Integer>(number);
  }
};

class DoubleSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules& rules, Reader& reader) const override {
    boost::system::error_code failure;
    json::value number = from;
    if (reader.is_text_source() && from.is_string()) number = json::parse(from.get_string(), failure);
    if (failure || !number.is_number()) return reader.fault("must be a number");
    const auto value = number.to_number<double>();
    if (!std::isfinite(value)) return reader.fault("must be a finite number");
    if (rules.min && value < static_cast<double>(*rules.min)) {
      return reader.fault(fmt::format("lower than {}", *rules.min));
    }
    if (rules.max && value > static_cast<double>(*rules.max)) {
      return reader.fault(fmt::format("greater than {}", *rules.max));
    }
    *static_cast<double*>(to) = value;
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    const double value = *static_cast<const double*>(from);
    // JSON has no spelling for these; null is what browsers write.
    if (std::isfinite(value)) {
      to = value;
    } else {
      to = nullptr;
    }
    return true;
  }
  json::object json_schema(const Rules& rules, Components&, Direction) const override {
    json::object schema{{"type", "number"}};
    if (rules.min) schema["minimum"] = *rules.min;
    if (rules.max) schema["maximum"] = *rules.max;
    return schema;
  }
};

class TextSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules& rules, Reader& reader) const override {
    if (const auto text = read_text(from, rules, reader)) *static_cast<std::string*>(to) = *text;
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    // What we hold may come from a file name or another program; JSON must stay UTF-8.
    const auto& text = *static_cast<const std::string*>(from);
    to = is_utf8(text) ? text : to_readable_utf8(text);
    return true;
  }
  json::object json_schema(const Rules& rules, Components&, Direction) const override {
    return text_json_schema(rules);
  }
};

class UuidSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules&, Reader& reader) const override {
    const auto uuid = from.is_string() ? Uuid::parse(from.get_string()) : std::nullopt;
    if (!uuid) return reader.fault("must be a uuid");
    *static_cast<Uuid*>(to) = *uuid;
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    to = static_cast<const Uuid*>(from)->text();
    return true;
  }
  json::object json_schema(const Rules&, Components&, Direction) const override {
    return {{"type", "string"}, {"format", "uuid"}};
  }
};

class TimestampSchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules&, Reader& reader) const override {
    const auto time = from.is_string() ? parse_rfc3339(from.get_string()) : std::nullopt;
    if (!time) return reader.fault("must be a time such as 2026-08-22T12:07:53Z");
    *static_cast<Timestamp*>(to) = *time;
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    to = rfc3339(*static_cast<const Timestamp*>(from));
    return true;
  }
  json::object json_schema(const Rules&, Components&, Direction) const override {
    return {{"type", "string"}, {"format", "date-time"}};
  }
};

/// What both kinds of secret write: the value only on purpose, else the stand-in, else nothing.
bool write_secret(const Secret* value, const Rules& rules, Secrets secrets, json::value& to) {
  if (secrets == Secrets::kReveal && value != nullptr) {
    to = value->reveal();
    return true;
  }
  if (secrets == Secrets::kReveal || !rules.shown_as) return false;
  to = *rules.shown_as;
  return true;
}

json::object secret_json_schema(const Rules& rules) {
  auto schema = text_json_schema(rules);
  schema["format"] = "password";
  if (!rules.shown_as) schema["writeOnly"] = true;
  return schema;
}

class SecretSchema final : public Schema {
 public:
  void read(const json::value& from, void* to, const Rules& rules, Reader& reader) const override {
    if (const auto text = read_text(from, rules, reader)) *static_cast<Secret*>(to) = Secret(std::string(*text));
  }
  bool write(const void* from, const Rules& rules, Secrets secrets, json::value& to) const override {
    return write_secret(static_cast<const Secret*>(from), rules, secrets, to);
  }
  json::object json_schema(const Rules& rules, Components&, Direction) const override {
    return secret_json_schema(rules);
  }
  bool is_secret() const override { return true; }
  bool same_both_ways(std::set<const Schema*>&) const override { return false; }
};

class SecretPatchSchema final : public Schema {
 public:
  void read(const json::value& from, void* to, const Rules& rules, Reader& reader) const override {
    auto& patch = *static_cast<SecretPatch*>(to);
    if (from.is_null()) {
      if (rules.not_null) return reader.fault("must not be null");
      patch = SecretPatch::clear();
      return;
    }
    const bool keeps = from.is_string() && (from.get_string().empty() || from.get_string() == rules.shown_as);
    if (keeps) {
      patch = SecretPatch();
    } else if (const auto text = read_text(from, rules, reader)) {
      patch = SecretPatch::set(Secret(std::string(*text)));
    }
  }
  bool write(const void* from, const Rules& rules, Secrets secrets, json::value& to) const override {
    const auto& patch = *static_cast<const SecretPatch*>(from);
    if (patch.clears() && secrets == Secrets::kReveal) {
      to = nullptr;
      return true;
    }
    return write_secret(patch.sets() ? &patch.value() : nullptr, rules, secrets, to);
  }
  json::object json_schema(const Rules& rules, Components&, Direction) const override {
    auto schema = secret_json_schema(rules);
    schema.erase("minLength");  // blank keeps the stored secret
    if (!rules.not_null) schema["type"] = json::array{"string", "null"};
    return schema;
  }
  bool must_be_given() const override { return false; }
  bool is_secret() const override { return true; }
  bool same_both_ways(std::set<const Schema*>&) const override { return false; }
};

/// True when no text inside, key or value, has a NUL.
bool is_free_of_nul(const json::value& value) {
  if (value.is_string()) return value.get_string().find('\0') == json::string::npos;
  if (value.is_array()) {
    for (const auto& element : value.get_array()) {
      if (!is_free_of_nul(element)) return false;
    }
  }
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) {
      if (std::string_view(key).find('\0') != std::string_view::npos || !is_free_of_nul(member)) return false;
    }
  }
  return true;
}

class AnySchema final : public Scalar {
 public:
  void read(const json::value& from, void* to, const Rules&, Reader& reader) const override {
    if (!is_free_of_nul(from)) return reader.fault("contains a NUL character");
    *static_cast<json::value*>(to) = from;
  }
  bool write(const void* from, const Rules&, Secrets, json::value& to) const override {
    to = *static_cast<const json::value*>(from);
    return true;
  }
  json::object json_schema(const Rules&, Components&, Direction) const override { return {}; }
};

template <class Implementation>
const Schema& shared() {
  static const Implementation schema;
  return schema;
}

}  // namespace

const Schema& SchemaFor<bool>::get() {
  return shared<BoolSchema>();
}
const Schema& SchemaFor<std::uint16_t>::get() {
  return shared<IntegerSchema<std::uint16_t>>();
}
const Schema& SchemaFor<std::int32_t>::get() {
  return shared<IntegerSchema<std::int32_t>>();
}
const Schema& SchemaFor<std::uint32_t>::get() {
  return shared<IntegerSchema<std::uint32_t>>();
}
const Schema& SchemaFor<std::int64_t>::get() {
  return shared<IntegerSchema<std::int64_t>>();
}
const Schema& SchemaFor<std::uint64_t>::get() {
  return shared<IntegerSchema<std::uint64_t>>();
}
const Schema& SchemaFor<double>::get() {
  return shared<DoubleSchema>();
}
const Schema& SchemaFor<std::string>::get() {
  return shared<TextSchema>();
}
const Schema& SchemaFor<Uuid>::get() {
  return shared<UuidSchema>();
}
const Schema& SchemaFor<Timestamp>::get() {
  return shared<TimestampSchema>();
}
const Schema& SchemaFor<Secret>::get() {
  return shared<SecretSchema>();
}
const Schema& SchemaFor<SecretPatch>::get() {
  return shared<SecretPatchSchema>();
}
const Schema& SchemaFor<json::value>::get() {
  return shared<AnySchema>();
}

}  // namespace strata::describe
