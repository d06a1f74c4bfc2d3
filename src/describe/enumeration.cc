#include "strata/describe/enumeration.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/reader.h"

namespace strata::describe {

namespace json = boost::json;

void EnumSchema::read(const json::value& from, void* to, const Rules&, Reader& reader) const {
  const auto value = from.is_string() ? value_of(from.get_string()) : std::nullopt;
  if (value) return store(to, *value);
  std::string choices;
  for (const auto& [unused, text] : names_) choices += (choices.empty() ? "" : ", ") + text;
  reader.fault("must be one of " + choices);
}

bool EnumSchema::write(const void* from, const Rules&, Secrets, json::value& to) const {
  to = text_of(load(from));
  return true;
}

json::object EnumSchema::component(Components&, Direction) const {
  json::array texts;
  for (const auto& [unused, text] : names_) texts.emplace_back(text);
  return {{"type", "string"}, {"enum", std::move(texts)}};
}

std::string_view EnumSchema::text_of(std::int64_t value) const {
  const auto found =
      std::find_if(names_.begin(), names_.end(), [&](const auto& entry) { return entry.first == value; });
  if (found == names_.end()) throw Error(ErrorKind::kInternal, fmt::format("{} has no name for {}", name(), value));
  return found->second;
}

std::optional<std::int64_t> EnumSchema::value_of(std::string_view text) const {
  const auto found =
      std::find_if(names_.begin(), names_.end(), [&](const auto& entry) { return entry.second == text; });
  if (found == names_.end()) return std::nullopt;
  return found->first;
}

}  // namespace strata::describe
