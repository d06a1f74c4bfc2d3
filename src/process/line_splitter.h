#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace strata::process {

/// Cuts a stream of bytes into lines without their line feed. Holds at most one line of `maximum` bytes. One thread.
class LineSplitter {
 public:
  /// A longer line is either an error (kTooLarge) or given in pieces.
  enum class LongLine { kRefuse, kSplit };
  using Callback = std::function<void(std::string_view line)>;

  LineSplitter(std::size_t maximum, LongLine long_line) : maximum_(maximum), long_line_(long_line) {}

  void add(std::string_view bytes, const Callback& callback);
  /// The last line may lack its line feed.
  void finish(const Callback& callback);

 private:
  const std::size_t maximum_;
  const LongLine long_line_;
  std::string pending_;
};

}  // namespace strata::process
