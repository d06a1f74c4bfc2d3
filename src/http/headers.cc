#include "strata/http/headers.h"

#include <algorithm>

#include "strata/base/error.h"

namespace strata::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// RFC 9110 5.6.2
bool is_token_character(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

void require_valid(std::string_view name, std::string_view value) {
  if (Headers::is_valid(name, value)) return;
  throw Error(ErrorKind::kInternal, "the header '" + std::string(name) + "' cannot be sent: it is malformed");
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool Headers::is_valid(std::string_view name, std::string_view value) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character) &&
         value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (equal_without_case(key, name)) return value;
  }
  return {};
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : entries_) {
    if (equal_without_case(key, name)) values.emplace_back(value);
  }
  return values;
}

bool Headers::has(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return equal_without_case(entry.first, name); });
}

void Headers::set(std::string_view name, std::string_view value) {
  require_valid(name, value);
  remove(name);
  entries_.emplace_back(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
  require_valid(name, value);
  entries_.emplace_back(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(entries_, [&](const Entry& entry) { return equal_without_case(entry.first, name); });
}

}  // namespace strata::http
