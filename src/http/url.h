#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::http {

/// Decoded, order and repeated keys kept.
using Query = std::vector<std::pair<std::string, std::string>>;

/// Decodes %XX once. nullopt for a malformed escape and for %00. The result is bytes, not necessarily UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

/// Everything but RFC 3986 unreserved characters is escaped; `keep` names more that stay ("/" for paths).
std::string percent_encode(std::string_view bytes, std::string_view keep = {});

/// "a=1&a=2&b": '+' is a space, a key without '=' has an empty value. nullopt as percent_decode, and above 1,000 pairs.
std::optional<Query> parse_query(std::string_view text);
std::string format_query(const Query& query);

/// A request target taken apart. `segments` are decoded once, so "%2F" is part of a segment and never a separator.
struct Target {
  std::string path;  ///< as sent, without the query
  std::vector<std::string> segments;
  Query query;
};

/// Origin form ("/a?b") and absolute form ("http://host/a?b"). nullopt when malformed, and for "." and ".." segments,
/// which a client resolves before it sends.
std::optional<Target> parse_target(std::string_view target);

}  // namespace strata::http
