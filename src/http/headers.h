#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::http {

/// Header fields in order; names compare without case. A value that contains a line break or NUL, or a name that is not
/// a token, is an Error(kInternal): nothing a user sends can add a header.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  /// The first value, or an empty text.
  std::string_view get(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const;

  /// Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  /// Adds one more (Set-Cookie).
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  /// What set and add demand; for fields that come from outside and are skipped when malformed.
  static bool is_valid(std::string_view name, std::string_view value);

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

/// ASCII only, as header names are.
bool equal_without_case(std::string_view a, std::string_view b);

}  // namespace strata::http
