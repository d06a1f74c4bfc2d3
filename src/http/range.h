#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "strata/http/message.h"

namespace strata::http {

/// What a Range header asks of a representation of `size` bytes (RFC 9110 section 14).
struct RangeChoice {
  enum class Kind {
    kWhole,          ///< no, unusable, or several ranges: answer 200 with everything
    kPart,           ///< answer 206
    kUnsatisfiable,  ///< answer 416
  };
  Kind kind = Kind::kWhole;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// `range` is the header's value, empty when absent. One range is served; of several, none, as RFC 9110 allows.
RangeChoice choose_range(std::string_view range, std::uint64_t size);

/// For a download route: honours Range unless If-Range names another `etag`, sets status, Accept-Ranges, Content-Range
/// and ETag on `response` and says which bytes to send. `etag` with its quotes; empty: none known, If-Range then never
/// matches.
RangeChoice apply_range(const Request& request, std::uint64_t size, std::string_view etag, Response& response);

}  // namespace strata::http
