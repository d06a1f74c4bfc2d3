#include "strata/describe/predicates.h"

#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace strata::describe {
namespace {

/// What is wrong with a URL, or empty.
std::string url_fault(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) {
    const bool is_relative = boost::urls::parse_relative_ref(text).has_value();
    return is_relative ? "relative URL without a base" : "malformed";
  }
  return parsed->host().empty() ? "empty host" : "";
}

bool is_http(std::string_view text) {
  const auto scheme = boost::urls::parse_uri(text)->scheme_id();
  return scheme == boost::urls::scheme::http || scheme == boost::urls::scheme::https;
}

std::string as_fault(const std::string& reason) {
  return reason.empty() ? reason : "not a valid url: " + reason;
}

}  // namespace

TextRule http_url() {
  return {[](std::string_view text) {
            auto reason = url_fault(text);
            if (reason.empty() && !is_http(text)) reason = "the scheme must be http or https";
            return as_fault(reason);
          },
          "uri"};
}

TextRule url() {
  return {[](std::string_view text) { return as_fault(url_fault(text)); }, "uri"};
}

TextRule matches(std::function<bool(std::string_view)> test, std::string text) {
  return {[test = std::move(test), text = std::move(text)](std::string_view value) {
            return test(value) ? std::string() : text;
          },
          {}};
}

}  // namespace strata::describe
