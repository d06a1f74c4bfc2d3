#pragma once

#include <optional>
#include <string>
#include <utility>

#include "strata/base/log.h"

namespace strata::describe {

/// A field of a PATCH body: absent leaves the stored value, null clears it, a value sets it. Where null makes no sense
/// the description says `not_null()`.
template <class T>
class Patch {
 public:
  enum class State { kAbsent, kNull, kValue };

  Patch() = default;
  static Patch null() {
    Patch patch;
    patch.state_ = State::kNull;
    return patch;
  }
  static Patch of(T value) {
    Patch patch;
    patch.state_ = State::kValue;
    patch.value_ = std::move(value);
    return patch;
  }

  State state() const { return state_; }
  bool is_absent() const { return state_ == State::kAbsent; }
  bool is_null() const { return state_ == State::kNull; }
  bool has_value() const { return state_ == State::kValue; }
  const T& value() const { return value_; }

  void apply_to(std::optional<T>& stored) const {
    if (state_ == State::kNull) stored.reset();
    if (state_ == State::kValue) stored = value_;
  }
  /// For a field that cannot be cleared: null, which `not_null()` refuses at the door, changes nothing.
  void apply_to(T& stored) const {
    if (state_ == State::kValue) stored = value_;
  }

 private:
  State state_ = State::kAbsent;
  T value_{};
};

/// A secret in a PATCH body: absent, blank or the mask that reads show (`shown_as`) keeps the stored secret, null
/// clears it, any other text sets it. Never written back, see `Secrets` in json.h.
class SecretPatch {
 public:
  enum class State { kKeep, kSet, kClear };

  SecretPatch() = default;
  static SecretPatch clear() {
    SecretPatch patch;
    patch.state_ = State::kClear;
    return patch;
  }
  static SecretPatch set(Secret value) {
    SecretPatch patch;
    patch.state_ = State::kSet;
    patch.value_ = std::move(value);
    return patch;
  }

  State state() const { return state_; }
  bool keeps() const { return state_ == State::kKeep; }
  bool clears() const { return state_ == State::kClear; }
  bool sets() const { return state_ == State::kSet; }
  const Secret& value() const { return value_; }

 private:
  State state_ = State::kKeep;
  Secret value_;
};

}  // namespace strata::describe
