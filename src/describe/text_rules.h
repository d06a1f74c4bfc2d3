#pragma once

#include <optional>
#include <string_view>

#include "strata/describe/schema.h"

namespace strata::describe {

/// The checks every text of a body goes through: a string, no NUL, length, then the description's own tests. nullopt
/// after a fault. The view points into `from`.
std::optional<std::string_view> read_text(const boost::json::value& from, const Rules& rules, Reader& reader);

/// "length is lower than 1", "length is greater than 255", or empty. Code points.
std::string length_fault(std::string_view text, std::optional<std::size_t> min, std::optional<std::size_t> max);

boost::json::object text_json_schema(const Rules& rules);

}  // namespace strata::describe
