#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "strata/base/units.h"
#include "strata/process/spec.h"

namespace strata::process {

struct RunOptions {
  /// What the child reads on standard input (a file in memory); empty is /dev/null.
  std::string input;
  /// What becomes of standard output: each line without its line feed, or the bytes as they come, or (when neither is
  /// set) `Result::output`. The callbacks run on the calling thread; an exception from one ends the child and passes
  /// through.
  std::function<void(std::string_view line)> on_line;
  std::function<void(std::span<const std::uint8_t> bytes)> on_bytes;
  /// As `on_line`, for standard error; the tail is kept in `Result::errors` all the same.
  std::function<void(std::string_view line)> on_error_line;
  /// More captured output is kTooLarge, and so is a longer line: cut data must not be taken for all of it.
  Bytes maximum_output = 1024 * 1024;
  Bytes maximum_line = 1024 * 1024;
  /// The end of standard error is what tells the reason; more than this is dropped from the front.
  Bytes kept_errors = 64 * 1024;
  /// After this: SIGTERM to the group, SIGKILL after `grace`, then kTimeout. Zero: no limit.
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds grace = std::chrono::seconds(10);
  std::stop_token stop;
};

/// How it ended: exactly one of `exit_code` and `signal`.
struct Result {
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string output;
  std::string errors;
  std::uint64_t dropped_error_bytes = 0;

  bool succeeded() const { return exit_code == 0; }
  /// "exit code 3", "signal 9 (Killed)": for messages.
  std::string ending() const;
};

/// Runs a program to its end. It is always reaped, and whatever it left behind in its process group is killed, also
/// when this throws: kNotFound or kIo when it cannot be started, kCancelled, kTimeout, kTooLarge, or what a callback
/// threw. A failing exit code is a Result, not an Error. Any thread; blocks.
Result run(const Spec& spec, const RunOptions& options = {});

}  // namespace strata::process
