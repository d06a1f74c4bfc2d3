#pragma once

#include "strata/describe/schema.h"

namespace strata::describe {

/// An absolute http or https URL with a host: "not a valid url: <reason>".
TextRule http_url();

/// Any absolute URL with a host.
TextRule url();

/// `text` is the whole fault, such as "must be in the form user@realm!token-name".
TextRule matches(std::function<bool(std::string_view)> test, std::string text);

}  // namespace strata::describe
