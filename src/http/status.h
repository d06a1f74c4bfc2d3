#pragma once

#include <string_view>

#include "strata/base/error.h"

namespace strata::http {

/// The one place where a kind becomes a status. 417 is the compatible answer for "a rule says no" and for stored data
/// that turned out damaged; the text tells them apart.
int status_of(ErrorKind kind);

/// The other way, for the answer of another server: the kind a caller should see for a status >= 400. A defect over
/// there (500) is kUnavailable here: trying again may help.
ErrorKind kind_of(int status);

/// RFC 9110 reason phrase, "Unknown" for others.
std::string_view reason_of(int status);

}  // namespace strata::http
