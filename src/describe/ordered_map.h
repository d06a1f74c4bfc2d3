#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::describe {

/// A small map from text to T that keeps insertion order, as a JSON object on the wire does (restic environments,
/// tags). Lookup is linear: bounded by the `items` limit of its description. Keys are unique.
template <class T>
class OrderedMap {
 public:
  using Entry = std::pair<std::string, T>;

  OrderedMap() = default;
  OrderedMap(std::initializer_list<Entry> entries) {
    for (const auto& [key, value] : entries) set(key, value);
  }

  const T* find(std::string_view key) const {
    const auto at = position(*this, key);
    return at == entries_.end() ? nullptr : &at->second;
  }
  T* find(std::string_view key) {
    const auto at = position(*this, key);
    return at == entries_.end() ? nullptr : &at->second;
  }
  bool contains(std::string_view key) const { return find(key) != nullptr; }

  /// Replaces in place, or appends.
  void set(std::string_view key, T value) { (*this)[key] = std::move(value); }

  /// Appends a default value when the key is new.
  T& operator[](std::string_view key) {
    if (auto* found = find(key)) return *found;
    return entries_.emplace_back(std::string(key), T{}).second;
  }

  /// Appends without looking: for a caller that knows the key is new, so that filling a large map stays linear.
  T& append(std::string key) { return entries_.emplace_back(std::move(key), T{}).second; }

  /// False when there was no such key.
  bool erase(std::string_view key) {
    const auto at = position(*this, key);
    if (at == entries_.end()) return false;
    entries_.erase(at);
    return true;
  }

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  bool operator==(const OrderedMap&) const = default;

 private:
  template <class Self>
  static auto position(Self& self, std::string_view key) {
    return std::find_if(self.entries_.begin(), self.entries_.end(), [&](const Entry& e) { return e.first == key; });
  }

  std::vector<Entry> entries_;
};

}  // namespace strata::describe
