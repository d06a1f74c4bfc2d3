#pragma once

#include <string_view>
#include <utility>

#include "strata/base/log.h"

namespace strata::process {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void reset();
  /// Gives the number away: closing it is then the caller's business.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

/// An anonymous sealed file in memory that holds a secret, at position 0: passed as a descriptor it is read by the
/// child as /dev/fd/N and appears in no environment and no argument list. `label` is what /proc shows.
Descriptor secret_file(const Secret& content, std::string_view label);

}  // namespace strata::process
