#include "strata/describe/text_rules.h"

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/describe/reader.h"

namespace strata::describe {

std::string length_fault(std::string_view text, std::optional<std::size_t> min, std::optional<std::size_t> max) {
  const auto length = code_points(text);
  if (min && length < *min) return fmt::format("length is lower than {}", *min);
  if (max && length > *max) return fmt::format("length is greater than {}", *max);
  return {};
}

std::optional<std::string_view> read_text(const boost::json::value& from, const Rules& rules, Reader& reader) {
  std::string fault;
  if (!from.is_string()) {
    fault = "must be a text";
  } else {
    const std::string_view text = from.get_string();
    if (text.find('\0') != std::string_view::npos) {
      fault = "contains a NUL character";
    } else if (!is_utf8(text)) {
      fault = "is not UTF-8";
    } else {
      fault = length_fault(text, rules.min_length, rules.max_length);
      for (const auto& rule : rules.text_rules) {
        if (fault.empty()) fault = rule.fault(text);
      }
    }
    if (fault.empty()) return text;
  }
  reader.fault(fault);
  return std::nullopt;
}

boost::json::object text_json_schema(const Rules& rules) {
  boost::json::object schema{{"type", "string"}};
  if (rules.min_length) schema["minLength"] = *rules.min_length;
  if (rules.max_length) schema["maxLength"] = *rules.max_length;
  for (const auto& rule : rules.text_rules) {
    if (!rule.format.empty()) schema["format"] = rule.format;
  }
  return schema;
}

}  // namespace strata::describe
